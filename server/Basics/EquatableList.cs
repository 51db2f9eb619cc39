using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Assistant.Basics;

/// <summary>
/// An immutable list that is equal to another one with equal elements in the same order, so that a record with lists keeps the
/// equality that the compiler derives: a property that is added later is compared without anybody's doing.
/// </summary>
[CollectionBuilder(typeof(EquatableList), nameof(EquatableList.Create))]
public sealed class EquatableList<T>(ImmutableArray<T> elements) : IReadOnlyList<T>, IEquatable<EquatableList<T>>
{
    public int Count => elements.Length;

    public T this[int index] => elements[index];

    public static implicit operator EquatableList<T>(T[] elements) => [.. elements];

    public bool Equals(EquatableList<T>? other) => other is not null && this.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as EquatableList<T>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var element in elements)
        {
            hash.Add(element);
        }
        return hash.ToHashCode();
    }

    public IEnumerator<T> GetEnumerator() => elements.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Lets collection expressions (<c>[.. names]</c>) make an <see cref="EquatableList{T}"/>.</summary>
public static class EquatableList
{
    public static EquatableList<T> Create<T>(ReadOnlySpan<T> elements) => new([.. elements]);
}
