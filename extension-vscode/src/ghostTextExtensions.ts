/** Extensions that are known to show ghost text in C# files, by identifier. */
export const ghostTextExtensions: readonly string[] = [
  'GitHub.copilot',
  'GitHub.copilot-chat',
  'AmazonWebServices.amazon-q-vscode',
  'augment.vscode-augment',
  'Blackboxapp.blackbox',
  'Codeium.codeium',
  'Continue.continue',
  'ggml-org.llama-vscode',
  'Google.geminicodeassist',
  'rjmacarthy.twinny',
  'sourcegraph.cody-ai',
  'supermaven.supermaven',
  'TabbyML.vscode-tabby',
  'TabNine.tabnine-vscode',
  'VisualStudioExptTeam.vscodeintellicode',
];
