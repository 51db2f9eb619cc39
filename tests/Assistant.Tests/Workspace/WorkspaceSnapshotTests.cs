using Assistant.Workspace;
using Assistant.Workspace.Loading;
using Assistant.Workspace.Status;
using Microsoft.CodeAnalysis;

namespace Assistant.Tests.Workspace;

/// <summary>Open documents over a loaded workspace. No project code runs, so the level is the framework's.</summary>
public sealed class WorkspaceSnapshotTests : IDisposable
{
    private readonly WorkspaceFolder folder = WorkspaceFolder.Of("none");

    [Fact]
    public async Task A_document_has_the_text_of_its_snapshot()
    {
        var before = Open(await StartAsync(), "Alone.cs", "class A;");
        var after = before.With(before.Documents.Change(folder.Uri("Alone.cs"), 2, [new(new(0, 0, 0, 0), "sealed ")]).Store);
        Assert.Equal("class A;", await TextAsync(before, "Alone.cs"));
        Assert.Equal("sealed class A;", await TextAsync(after, "Alone.cs"));
        Assert.Same(after.Documents.Find(folder.Uri("Alone.cs"))!.Text, await after.Document(folder.Uri("Alone.cs"))!.GetTextAsync());
        Assert.Equal("ws", after.Project(folder.Uri("Alone.cs"))!.Name);
    }

    [Fact]
    public async Task A_document_that_is_not_open_has_its_files_text()
    {
        var snapshot = await StartAsync();
        Assert.Equal(File.ReadAllText(folder.At("Other.cs")), await TextAsync(snapshot, "Other.cs"));
        Assert.Null(snapshot.Document(folder.Uri("Gone.cs")));
    }

    [Fact]
    public async Task A_closed_document_has_its_files_text_again()
    {
        var snapshot = Open(await StartAsync(), "Other.cs", "class Edited;");
        Assert.Equal("class Edited;", await TextAsync(snapshot, "Other.cs"));
        snapshot = snapshot.With(snapshot.Documents.Close(folder.Uri("Other.cs")).Store);
        Assert.Equal(File.ReadAllText(folder.At("Other.cs")), await TextAsync(snapshot, "Other.cs"));
    }

    [Fact]
    public async Task Other_documents_use_the_text_of_open_ones()
    {
        var snapshot = Open(await StartAsync(), "Other.cs", "namespace None; public class Renamed { }");
        Assert.Contains("'Other'", Assert.Single(await ErrorsAsync(snapshot, folder.Uri("Alone.cs"))));
    }

    [Fact]
    public async Task A_new_file_belongs_to_the_project_of_its_folder()
    {
        var snapshot = Open(await StartAsync(), "deep/New.cs", "namespace None; public class New : Alone { }");
        Assert.Empty(await ErrorsAsync(snapshot, folder.Uri("deep/New.cs")));
        Assert.Equal("ws", snapshot.Document(folder.Uri("deep/New.cs"))!.Project.Name);
        snapshot = snapshot.With(snapshot.Documents.Close(folder.Uri("deep/New.cs")).Store);
        Assert.Null(snapshot.Document(folder.Uri("deep/New.cs")));
    }

    [Fact]
    public async Task An_untitled_document_has_only_the_frameworks_types()
    {
        var snapshot = await StartAsync();
        snapshot = snapshot.With(snapshot.Documents
            .Open("untitled:Untitled-1", "csharp", 1, "class Same { List<int> numbers = new(); }")
            .Open("untitled:Untitled-2", "csharp", 1, "class Same { Alone? alone; }")
            .Open("untitled:Untitled-3", "plaintext", 1, "no C#"));
        Assert.Empty(await ErrorsAsync(snapshot, "untitled:Untitled-1"));
        Assert.Contains("'Alone'", Assert.Single(await ErrorsAsync(snapshot, "untitled:Untitled-2")));
        Assert.Null(snapshot.Document("untitled:Untitled-3"));
        Assert.Equal(3, snapshot.Solution.Projects.Count());
        snapshot = snapshot.With(snapshot.Documents.Close("untitled:Untitled-1").Store);
        Assert.Equal(2, snapshot.Solution.Projects.Count());
    }

    [Fact]
    public async Task Documents_have_their_syntax_before_the_load()
    {
        var snapshot = Open(WorkspaceSnapshot.Start([folder.Root], trusted: true), "Alone.cs", "class A { }");
        Assert.Equal(LoadLevel.Syntax, snapshot.Level);
        var root = await snapshot.Document(folder.Uri("Alone.cs"))!.GetSyntaxRootAsync();
        Assert.Equal("class A { }", root!.ToFullString());
        var loaded = snapshot.With(await folder.LoadAsync(folder.Request(highest: LoadLevel.Framework)));
        Assert.Equal("class A { }", await TextAsync(loaded, "Alone.cs"));
        Assert.Equal("ws", loaded.Document(folder.Uri("Alone.cs"))!.Project.Name);
    }

    [Fact]
    public async Task A_file_that_is_opened_through_a_link_is_the_same_document()
    {
        Directory.CreateSymbolicLink(folder.At("../link"), folder.Root);
        var snapshot = await StartAsync();
        var uri = folder.Uri("../link/Alone.cs");
        snapshot = snapshot.With(snapshot.Documents.Open(uri, "csharp", 1, "namespace None; class Linked { Other other; }"));
        Assert.Equal(folder.At("Alone.cs"), snapshot.Document(uri)!.FilePath);
        Assert.Empty(await ErrorsAsync(snapshot, uri));
    }

    [Fact]
    public async Task A_workspace_folder_that_is_a_link_holds_its_files()
    {
        Directory.CreateSymbolicLink(folder.At("../link"), folder.Root);
        var loaded = await folder.LoadAsync(folder.Request(highest: LoadLevel.Framework) with { Folders = [folder.At("../link")] });
        var snapshot = Open(WorkspaceSnapshot.Start([folder.At("../link")], trusted: true).With(loaded), "Alone.cs", "class Real;");
        Assert.Equal(folder.At("../link/Alone.cs"), snapshot.Document(folder.Uri("Alone.cs"))!.FilePath);
    }

    [Fact]
    public async Task A_keystroke_keeps_the_syntax_trees_of_other_files()
    {
        var snapshot = Open(await StartAsync(), "Alone.cs", "namespace None; class A { void M() { } }");
        Assert.NotNull(await snapshot.Document(folder.Uri("Alone.cs"))!.Project.GetCompilationAsync());
        var next = snapshot.With(snapshot.Documents.Change(folder.Uri("Alone.cs"), 2, [new(new(0, 36, 0, 36), "int i;")]).Store);
        // The trees of unchanged files are the same objects in the next snapshot's compilation.
        var path = folder.At("Other.cs");
        Assert.Same(await TreeAsync(snapshot, path), await TreeAsync(next, path));

        // They also stay after changes of other files on disk.
        folder.Write("Third.cs", "namespace None; class Third;");
        var loaded = snapshot.Loaded.With(FileEdits.Of(snapshot.Loaded, [new(folder.At("Third.cs"))], default));
        Assert.Same(await TreeAsync(snapshot, path), await TreeAsync(next.With(loaded), path));
    }

    [Fact]
    public async Task Created_changed_and_deleted_files_are_followed()
    {
        var snapshot = Open(await StartAsync(), "Alone.cs", "namespace None; class Open { Fresh fresh; }");
        Assert.Single(await ErrorsAsync(snapshot, folder.Uri("Alone.cs")));

        snapshot = Change(snapshot, "deep/Fresh.cs", "namespace None; class Fresh;");
        Assert.Empty(await ErrorsAsync(snapshot, folder.Uri("Alone.cs")));

        snapshot = Change(snapshot, "deep/Fresh.cs", "namespace None; class Stale;");
        Assert.Single(await ErrorsAsync(snapshot, folder.Uri("Alone.cs")));

        snapshot = Change(snapshot, "Alone.cs", "class OnDisk;");
        Assert.StartsWith("namespace None; class Open", await TextAsync(snapshot, "Alone.cs"));

        snapshot = Change(snapshot, "deep/Fresh.cs", null);
        Assert.Null(snapshot.Document(folder.Uri("deep/Fresh.cs")));
        snapshot = Change(snapshot, "obj/Ignored.cs", "class Ignored;");
        Assert.Null(snapshot.Document(folder.Uri("obj/Ignored.cs")));
        snapshot = snapshot.With(snapshot.Documents.Close(folder.Uri("Alone.cs")).Store);
        Assert.Equal("class OnDisk;", await TextAsync(snapshot, "Alone.cs"));
    }

    [Fact]
    public async Task A_new_document_that_is_saved_exists_once()
    {
        var snapshot = Open(await StartAsync(), "New.cs", "namespace None; class New;");
        Assert.Empty(await ErrorsAsync(snapshot, folder.Uri("New.cs")));
        snapshot = Change(snapshot, "New.cs", "namespace None; class New;");
        Assert.Empty(await ErrorsAsync(snapshot, folder.Uri("New.cs")));
        Assert.Single(snapshot.Solution.Projects.Single().Documents, document => document.Name == "New.cs");
    }

    [Fact]
    public async Task An_open_document_whose_file_is_deleted_stays()
    {
        var snapshot = Open(await StartAsync(), "Other.cs", "namespace None; public class Other { }");
        Assert.Empty(await ErrorsAsync(snapshot, folder.Uri("Alone.cs")));
        snapshot = Change(snapshot, "Other.cs", null);
        Assert.Empty(await ErrorsAsync(snapshot, folder.Uri("Alone.cs")));
        Assert.Equal("namespace None; public class Other { }", await TextAsync(snapshot, "Other.cs"));
    }

    [Fact]
    public async Task A_moved_folder_moves_its_files()
    {
        folder.Write("from/Moved.cs", "class Moved;");
        var snapshot = await StartAsync();
        Directory.Move(folder.At("from"), folder.At("to"));
        var loaded = snapshot.Loaded;
        snapshot = snapshot.With(loaded.With(FileEdits.Of(loaded, [new(folder.At("from")), new(folder.At("to"))], default)));
        Assert.Null(snapshot.Document(folder.Uri("from/Moved.cs")));
        Assert.Equal("class Moved;", await TextAsync(snapshot, "to/Moved.cs"));
    }

    public void Dispose() => folder.Dispose();

    private async Task<WorkspaceSnapshot> StartAsync() =>
        WorkspaceSnapshot.Start([folder.Root], trusted: true).With(await folder.LoadAsync(folder.Request(highest: LoadLevel.Framework)));

    private WorkspaceSnapshot Open(WorkspaceSnapshot snapshot, string path, string text) =>
        snapshot.With(snapshot.Documents.Open(folder.Uri(path), "csharp", 1, text));

    /// <summary>Writes or deletes a file, and updates the snapshot.</summary>
    private WorkspaceSnapshot Change(WorkspaceSnapshot snapshot, string path, string? text)
    {
        if (text is null)
        {
            File.Delete(folder.At(path));
        }
        else
        {
            folder.Write(path, text);
        }
        return snapshot.With(snapshot.Loaded.With(FileEdits.Of(snapshot.Loaded, [new(folder.At(path))], default)));
    }

    private async Task<string> TextAsync(WorkspaceSnapshot snapshot, string path) =>
        (await snapshot.Document(folder.Uri(path))!.GetTextAsync()).ToString();

    private static async Task<SyntaxTree> TreeAsync(WorkspaceSnapshot snapshot, string path) =>
        (await snapshot.Solution.Projects.Single().GetCompilationAsync())!.SyntaxTrees.Single(tree => tree.FilePath == path);

    private static async Task<IEnumerable<string>> ErrorsAsync(WorkspaceSnapshot snapshot, string uri) =>
        (await snapshot.Document(uri)!.GetSemanticModelAsync())!.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => diagnostic.GetMessage());
}
