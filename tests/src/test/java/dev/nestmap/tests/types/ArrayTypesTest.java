/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.tests.toolchain.CodecBytes;
import dev.nestmap.tests.types.ArrayTypes.Grid;
import dev.nestmap.tests.types.ArrayTypes.Large;
import dev.nestmap.tests.types.ArrayTypes.One;
import dev.nestmap.tests.types.ArrayTypes.Point;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java writes and reads arrays as C sees them. */
class ArrayTypesTest {
    @TempDir
    Path directory;

    @Test
    void valuesCanHaveOneByteOr128Kilobytes() {
        Large large = new Large(1, IntStream.range(0, 32768).toArray());
        One one = new One(1, new byte[] {-1});
        Grid grid = new Grid(1, new Point[][] {points(1), points(2)});
        try (ArrayTypesBpf bpf = ArrayTypesBpf.inMemory()) {
            bpf.larges().create(1).put(large);
            bpf.ones().create(1).put(one);
            bpf.grids().create(1).put(grid);

            assertThat(bpf.larges().get(1, 1)).usingRecursiveComparison().isEqualTo(large);
            assertThat(bpf.ones().get(1, 1)).usingRecursiveComparison().isEqualTo(one);
            assertThat(bpf.grids().get(1, 1)).usingRecursiveComparison().isEqualTo(grid);
        }
        assertThat(ArrayTypesBpf.LargeMap.CODEC.valueSize()).isEqualTo(131072);
        assertThat(value(ArrayTypesBpf.GridMap.CODEC, grid))
                .isEqualTo(new HeaderCompiler(directory).bytes("array_types", "struct point expected[2][3]", """
                        { { { 1, {}, 10 }, { 1, {}, 11 }, { 1, {}, 12 } }, { { 2, {}, 10 }, { 2, {}, 11 }, { 2, {}, 12 } } }"""));
    }

    @Test
    void errorNamesTheComponentAndBothLengths() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> value(ArrayTypesBpf.OneMap.CODEC, new One(1, new byte[2])))
                .withMessage("One.data has 2 elements, but @Size declares 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> value(ArrayTypesBpf.GridMap.CODEC, new Grid(1, new Point[1][])))
                .withMessage("Grid.points has 1 element, but @Size declares 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> value(ArrayTypesBpf.GridMap.CODEC, new Grid(1, new Point[][] {points(1), {}})))
                .withMessage("Grid.points[1] has 0 elements, but @Size declares 3");
    }

    @Test
    void errorNamesTheElementThatDoesNotFit() {
        Point[] points = points(1);
        points[2] = new Point(256, 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> value(ArrayTypesBpf.GridMap.CODEC, new Grid(1, new Point[][] {points, points})))
                .withMessage("Grid.points[0][2]: Point.x is 256, outside of 0 to 255");
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void errorNamesTheComponentThatIsNull() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> value(ArrayTypesBpf.OneMap.CODEC, new One(1, null)))
                .withMessageStartingWith("One.data is null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> value(ArrayTypesBpf.GridMap.CODEC, new Grid(1, new Point[][] {new Point[3], null})))
                .withMessageStartingWith("Grid.points[0][0] is null");
    }

    private static Point[] points(int x) {
        return new Point[] {new Point(x, 10), new Point(x, 11), new Point(x, 12)};
    }

    private static <E> byte[] value(EntryCodec<?, E> codec, E entry) {
        return CodecBytes.ofValue(codec, entry);
    }
}
