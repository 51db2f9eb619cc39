namespace Assistant.Benchmarks;

/// <summary>
/// Logistic regression by Newton's method with a slight regularization. Takes seconds for dozens of features and 100,000s of samples.
/// </summary>
internal static class LogisticFit
{
    private const int Rounds = 12;
    private const double Ridge = 5;
    private const double MinCurvature = 1e-6;

    internal readonly record struct Sample(double[] Features, bool Right);

    public static double[] Fit(IReadOnlyList<Sample> samples, int features, TextWriter log)
    {
        var weights = new double[features];
        var loss = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            var curvature = new double[features, features];
            var slope = new double[features];
            loss = 0;
            foreach (var (x, right) in samples)
            {
                var probability = 1 / (1 + Math.Exp(-weights.Zip(x, (a, b) => a * b).Sum()));
                loss -= Math.Log(Math.Max(right ? probability : 1 - probability, 1e-12));
                var curve = Math.Max(probability * (1 - probability), MinCurvature);
                for (var i = 0; i < features; i++)
                {
                    if (x[i] == 0)
                    {
                        continue;
                    }
                    slope[i] += ((right ? 1 : 0) - probability) * x[i];
                    for (var j = 0; j <= i; j++)
                    {
                        curvature[i, j] += curve * x[i] * x[j];
                    }
                }
            }
            for (var i = 0; i < features; i++)
            {
                slope[i] -= Ridge * weights[i];
                curvature[i, i] += Ridge;
                for (var j = 0; j < i; j++)
                {
                    curvature[j, i] = curvature[i, j];
                }
            }
            var step = Solve(curvature, slope);
            for (var i = 0; i < features; i++)
            {
                weights[i] += step[i];
            }
        }
        log.WriteLine($"{samples.Count} samples, log loss {loss / samples.Count:F4}");
        return weights;
    }

    /// <summary>Gaussian elimination; the matrix is positive definite, so no row needs to be swapped.</summary>
    private static double[] Solve(double[,] matrix, double[] right)
    {
        var size = right.Length;
        for (var column = 0; column < size; column++)
        {
            for (var row = column + 1; row < size; row++)
            {
                var factor = matrix[row, column] / matrix[column, column];
                for (var k = column; k < size; k++)
                {
                    matrix[row, k] -= factor * matrix[column, k];
                }
                right[row] -= factor * right[column];
            }
        }
        for (var row = size - 1; row >= 0; row--)
        {
            for (var k = row + 1; k < size; k++)
            {
                right[row] -= matrix[row, k] * right[k];
            }
            right[row] /= matrix[row, row];
        }
        return right;
    }
}
