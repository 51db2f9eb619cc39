using Assistant.FileAccess;

namespace Assistant.Tests.FileAccess;

public sealed class RealPathTests : IDisposable
{
    private readonly string root = RealPath.Of(Directory.CreateTempSubdirectory("real-").FullName)!;

    [Fact]
    public void A_path_and_its_real_path_open_the_same_file()
    {
        // Folders, files and links at random; each file holds its own path.
        var random = new Random(7);
        var folders = new List<string> { root };
        var entries = new List<string>();
        for (var i = 0; i < 120; i++)
        {
            var path = Path.Combine(folders[random.Next(folders.Count)], $"e{i}");
            switch (random.Next(4))
            {
                case 0:
                    folders.Add(Directory.CreateDirectory(path).FullName);
                    break;
                case 1:
                    File.WriteAllText(path, path);
                    break;
                case 2:
                    File.CreateSymbolicLink(path, entries.Count == 0 ? root : entries[random.Next(entries.Count)]);
                    break;
                default:
                    var middle = random.Next(2) == 0 ? ".." : $"e{random.Next(120)}";
                    File.CreateSymbolicLink(path, $"./e{random.Next(i + 1)}/../{middle}/e{random.Next(120)}");
                    break;
            }
            entries.Add(path);
        }
        string[] spelled = [.. entries, .. entries.SelectMany(entry => entries.Select(other => $"{entry}/../{Path.GetFileName(other)}"))];
        var opened = 0;
        foreach (var path in spelled)
        {
            if (TextOf(path) is { } text)
            {
                opened++;
                Assert.Equal((path, text), (path, RealPath.Of(path)));
            }
        }
        Assert.True(opened > 50, $"{opened}");
    }

    [Fact]
    public void A_link_to_a_file_that_does_not_exist_leads_to_its_place()
    {
        File.CreateSymbolicLink(Path.Combine(root, "new.cs"), "/nowhere/else.cs");
        Assert.Equal("/nowhere/else.cs", RealPath.Of(Path.Combine(root, "new.cs")));
        Assert.Equal(Path.Combine(root, "no", "file.cs"), RealPath.Of(Path.Combine(root, "no", "file.cs")));
    }

    [Fact]
    public void A_circle_of_links_has_no_real_path()
    {
        File.CreateSymbolicLink(Path.Combine(root, "a"), Path.Combine(root, "b"));
        File.CreateSymbolicLink(Path.Combine(root, "b"), Path.Combine(root, "a"));
        Assert.Null(RealPath.Of(Path.Combine(root, "a", "x.cs")));
    }

    [Fact]
    public void A_link_that_is_created_later_is_followed()
    {
        var path = Path.Combine(root, "sub", "a.cs");
        Assert.Equal(path, RealPath.Of(path));
        Directory.CreateSymbolicLink(Path.Combine(root, "sub"), "/etc");
        Assert.Equal("/etc/a.cs", RealPath.Of(path));
    }

    private static string? TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
