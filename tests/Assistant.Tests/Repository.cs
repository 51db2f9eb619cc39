namespace Assistant.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder is found from the test assembly's folder, since deterministic builds hide source paths.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Fixture(string path) => Path.Combine(Root, "tests", "fixtures", path);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Assistant.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Assistant.sln is in no folder above the tests."));
}
