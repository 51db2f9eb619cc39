using System.Text.Json.Serialization;

namespace Assistant.Workspace.Cache;

[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(CachedProjects))]
internal sealed partial class WorkspaceJson : JsonSerializerContext;
