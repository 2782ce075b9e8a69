/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.tests.types.ArrayTypes.Colour;
import dev.nestmap.tests.types.ArrayTypes.Grid;
import dev.nestmap.tests.types.ArrayTypes.Large;
import dev.nestmap.tests.types.ArrayTypes.Line;
import dev.nestmap.tests.types.ArrayTypes.Objects;
import dev.nestmap.tests.types.ArrayTypes.One;
import dev.nestmap.tests.types.ArrayTypes.Point;
import dev.nestmap.tests.types.ArrayTypes.Primitives;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java writes and reads arrays as C sees them. */
class ArrayTypesTest {
    private static final Primitives PRIMITIVES = new Primitives(
            7,
            new byte[] {-1, 0, 1},
            new byte[] {-1, 1},
            new short[] {255, 0},
            new short[] {(short) 0xcafe, 443},
            new int[] {65535, 443},
            new short[] {-1, 2},
            new int[] {-1, 2},
            new long[] {0xffff_ffffL, 2},
            new long[] {-1, 2},
            new boolean[] {true, false, true});

    @TempDir
    Path directory;

    @Test
    void primitiveArraysHaveTheBytesOfC() {
        assertThat(value(ArrayTypesBpf.PrimitivesMap.CODEC, PRIMITIVES))
                .isEqualTo(new HeaderCompiler(directory).bytes("array_types", "struct primitives expected", """
                        {
                        	.own = { -1, 0, 1 }, .bits = { 255, 1 }, .octets = { 255, 0 },
                        	.raw_ports = { __builtin_bswap16(0xcafe), __builtin_bswap16(443) },
                        	.ports = { __builtin_bswap16(65535), __builtin_bswap16(443) },
                        	.shorts = { 65535, 2 }, .ints = { 0xffffffff, 2 }, .wide = { 0xffffffff, 2 },
                        	.longs = { -1ULL, 2 }, .flags = { true, false, true },
                        }"""));
    }

    @Test
    void objectArraysHaveTheBytesOfC() throws UnknownHostException {
        assertThat(value(ArrayTypesBpf.ObjectsMap.CODEC, objects()))
                .isEqualTo(new HeaderCompiler(directory).bytes("array_types", "struct objects expected", """
                        {
                        	.hosts = { __builtin_bswap32(0xc0000201), __builtin_bswap32(0x7f000001) },
                        	.colours = { COLOUR_GREEN, COLOUR_RED },
                        	.narrow = { COLOUR_GREEN, COLOUR_RED, COLOUR_GREEN },
                        	.lines = { { .ends = { { 1, {}, 2 }, { 3, {}, 4 } } }, { .ends = { { 5, {}, 6 }, { 7, {}, 8 } } } },
                        	.grid = { { 1, 2, 3 }, { 4, 5, 255 } },
                        	.cube = { { { 1, 2 } }, { { 3, 65535 } } },
                        }"""));
    }

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

    private static Objects objects() throws UnknownHostException {
        return new Objects(
                7,
                new Inet4Address[] {address("192.0.2.1"), address("127.0.0.1")},
                new Colour[] {Colour.GREEN, Colour.RED},
                new Colour[] {Colour.GREEN, Colour.RED, Colour.GREEN},
                new Line[] {line(1), line(5)},
                new byte[][] {{1, 2, 3}, {4, 5, -1}},
                new int[][][] {{{1, 2}}, {{3, 65535}}});
    }

    private static Line line(int from) {
        return new Line(new Point[] {new Point(from, from + 1), new Point(from + 2, from + 3)});
    }

    private static Inet4Address address(String text) throws UnknownHostException {
        return (Inet4Address) InetAddress.getByName(text);
    }

    private static <E> byte[] value(EntryCodec<?, E> codec, E entry) {
        return CodecBytes.ofValue(codec, entry);
    }
}
