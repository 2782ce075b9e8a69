/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.imported;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.nestmap.btf.MalformedMap;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.cli.records.ImportRequest;
import dev.nestmap.cli.records.RecordImport;
import dev.nestmap.lint.Finding;
import dev.nestmap.lint.LoadCheck;
import dev.nestmap.lint.change.SchemaChangeFinder;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.tests.imported.ObjectBuilder.Member;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever structure of an object is eight times as large, its readers take about eight times as long, allocate about eight times as much and
 * print about eight times as much. If a reader compares all pairs, all of these are 64 times as much.
 *
 * <p>The test counts the CPU time and the allocated bytes of its own thread, so other processes make no difference.
 */
@Tag("jdk-independent")
class GrowthTest {
    private static final int SMALL = 1_000;
    private static final int FACTOR = 8;

    /** Between the factor and its square, nearer to the square: small objects are read by code that is not yet compiled. */
    private static final int MOST_GROWTH = 28;

    /** A shorter time says nothing. */
    private static final long SHORT_NANOS = 150_000_000;

    private static final long SHORT_BYTES = 30_000_000;

    /** The limits of a list of problems, for each of three severities. */
    private static final long MOST_TEXT = 4 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final String LONG = "x".repeat(900);

    /** A structure that grows. */
    private static final Map<String, IntFunction<byte[]>> STRUCTURES = structures();

    private static Map<String, IntFunction<byte[]>> structures() {
        Map<String, IntFunction<byte[]>> all = new LinkedHashMap<>();
        all.put("functions in a known section", n -> functions("xdp", n, ""));
        all.put("functions in an unknown section", n -> functions("xpd", n, ""));
        all.put("functions with long names in an unknown section", n -> functions("tc/x", n / 4, LONG));
        all.put("functions with one long name", n -> sharedName(n));
        all.put("functions in .text", n -> functions(".text", n / 4, LONG));
        all.put("sections", n -> sections(Math.min(n, 20_000)));
        all.put("overlapping names of functions", n -> overlappingFunctions(n / 8));
        all.put("overlapping names of types", n -> overlappingTypes(n / 8));
        all.put("externs", GrowthTest::externs);
        all.put("variables and their sections", n -> variables(Math.min(n, 20_000)));
        all.put("maps", n -> maps(n, ""));
        all.put("maps with long names", n -> maps(n / 4, LONG));
        all.put("maps with types of their own", n -> mapsWithTypes(n / 4));
        all.put("maps that share a key with padding", n -> mapsOfType(n / 8, true));
        all.put("maps that share a value", n -> mapsOfType(n / 8, false));
        all.put("maps with one tag", n -> mapsWithOneTag(n / 4));
        all.put("outer maps", n -> outerMaps(n / 2));
        all.put("slots with one map", n -> slots(n, false));
        all.put("slots with maps of their own", n -> slots(n, true));
        all.put("maps that programs use", n -> users(n / 2));
        all.put("members", n -> members(Math.min(n, 16_000)));
        all.put("members whose names differ in underscores", n -> underscores(Math.min(n / 16, 1_000)));
        all.put("members with padding in a key", n -> paddedKey(Math.min(n / 2, 8_000)));
        all.put("constants of an enum", n -> constants(Math.min(n, 60_000)));
        all.put("nested empty structs", GrowthTest::emptyStructs);
        all.put("structs that contain each other twice", GrowthTest::doubled);
        all.put("typedefs", GrowthTest::typedefs);
        return all;
    }

    static Set<String> structureNames() {
        return STRUCTURES.keySet();
    }

    @ParameterizedTest
    @MethodSource("structureNames")
    void readersAreLinear(String name) {
        IntFunction<byte[]> structure = Objects.requireNonNull(STRUCTURES.get(name), name);
        byte[] small = structure.apply(SMALL);
        byte[] large = structure.apply(SMALL * FACTOR);
        grows("check", small, large, GrowthTest::check);
        grows("check --against", small, large, GrowthTest::checkRecords);
        grows("import", small, large, object -> imported(object, false));
        grows("import --header", small, large, object -> imported(object, true));
        grows("compare", small, large, GrowthTest::compared);
    }

    /** A reader of an object. It returns the length of its output. */
    private interface Reader {
        long read(byte[] object);
    }

    private static void grows(String reader, byte[] small, byte[] large, Reader run) {
        Cost cost = Cost.least(2, small, run);
        Cost more = Cost.least(1, large, run);
        String what = String.format(
                Locale.ROOT,
                "%s: %,d bytes take %s, %,d bytes take %s",
                reader,
                small.length,
                cost,
                large.length,
                more);
        if (more.nanos() > SHORT_NANOS) {
            assertThat(more.nanos()).as(what).isLessThan(cost.nanos() * MOST_GROWTH);
        }
        if (more.allocated() > SHORT_BYTES) {
            assertThat(more.allocated()).as(what).isLessThan(cost.allocated() * MOST_GROWTH);
        }
        if (more.output() > MOST_TEXT) {
            assertThat(more.output()).as(what).isLessThan(cost.output() * MOST_GROWTH);
        }
    }

    /** What a reader needs for an object. */
    private record Cost(long nanos, long allocated, long output) {
        static Cost least(int rounds, byte[] object, Reader run) {
            List<Long> nanos = new ArrayList<>();
            long allocated = 0;
            long output = 0;
            for (int i = 0; i < rounds; i++) {
                long bytes = THREADS.getCurrentThreadAllocatedBytes();
                long start = THREADS.getCurrentThreadCpuTime();
                output = run.read(object);
                nanos.add(THREADS.getCurrentThreadCpuTime() - start);
                allocated = THREADS.getCurrentThreadAllocatedBytes() - bytes;
            }
            return new Cost(Collections.min(nanos), allocated, output);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%,d ms, allocate %,d and print %,d bytes", nanos / 1_000_000, allocated, output);
        }
    }

    private static long check(byte[] object) {
        return length(LoadCheck.of("x.bpf.o", object, List.of()));
    }

    private static long checkRecords(byte[] object) {
        try {
            Schema records = ObjectFile.parseReadable("x.bpf.o", object, new ArrayList<>())
                    .schema();
            return length(LoadCheck.of("x.bpf.o", object, records));
        } catch (MalformedObjectException e) {
            return 0;
        }
    }

    private static long length(List<Finding> problems) {
        return problems.stream()
                .mapToLong(problem -> problem.place().length() + problem.what().length())
                .sum();
    }

    private static long imported(byte[] object, boolean hasHeader) {
        List<MalformedMap> malformed = new ArrayList<>();
        try {
            ObjectFile file = ObjectFile.parseReadable("x.bpf.o", object, malformed);
            return RecordImport.of(new ImportRequest(
                            file.schema(),
                            "x.bpf.o",
                            "com.acme",
                            "x",
                            hasHeader,
                            Map.of(),
                            Map.of(),
                            ImportRequest.unreadable(file, malformed)))
                    .source()
                    .length();
        } catch (MalformedObjectException e) {
            return 0;
        }
    }

    /** Compares the object with one whose maps have other flags and values. */
    private static long compared(byte[] object) {
        try {
            Schema schema = ObjectFile.parseReadable("x.bpf.o", object, new ArrayList<>())
                    .schema();
            Schema other = schema.withMaps(
                    schema.maps().stream().map(map -> map.withNumaNode(1)).toList());
            List<MapDef> turned = new ArrayList<>(schema.maps());
            Collections.reverse(turned);
            return Math.max(
                    text(SchemaChangeFinder.between(schema, other)),
                    text(SchemaChangeFinder.between(
                            schema, schema.withMaps(turned).withPrograms(List.of()))));
        } catch (MalformedObjectException e) {
            return 0;
        }
    }

    private static long text(List<?> changes) {
        return changes.stream().mapToLong(change -> change.toString().length()).sum();
    }

    private static byte[] functions(String section, int n, String end) {
        ObjectBuilder object = new ObjectBuilder();
        object.map("m", object.hash("", object.u32, object.u32));
        object.code(section, IntStream.range(0, n).mapToObj(i -> "f" + i + end).toList());
        return object.build();
    }

    private static byte[] sharedName(int n) {
        ObjectBuilder object = new ObjectBuilder();
        object.code("tc/x", Collections.nCopies(n, object.symbolName(LONG)));
        return object.build();
    }

    private static byte[] sections(int n) {
        ObjectBuilder object = new ObjectBuilder();
        IntStream.range(0, n).forEach(i -> object.code("xdp/p" + i, List.of("p" + i)));
        return object.build();
    }

    private static byte[] overlappingFunctions(int n) {
        ObjectBuilder object = new ObjectBuilder();
        int start = object.symbolName("x".repeat(n));
        object.code("xpd", IntStream.range(start, start + n).boxed().toList());
        return object.build();
    }

    private static byte[] overlappingTypes(int n) {
        ObjectBuilder object = new ObjectBuilder();
        int start = object.name("x".repeat(Math.min(n, 1000)));
        for (int i = 0; i < n; i++) {
            object.struct(start + i % 1000, 4, List.of(new Member(start + i % 1000, object.u32, 0)));
        }
        object.map("m", object.hash("", object.u32, object.u32));
        return object.build();
    }

    private static byte[] externs(int n) {
        ObjectBuilder object = new ObjectBuilder();
        IntStream.range(0, n).forEach(i -> object.extern("e" + i));
        return object.build();
    }

    private static byte[] variables(int n) {
        ObjectBuilder object = new ObjectBuilder();
        IntStream.range(0, n).forEach(i -> object.variable("v" + i, ".data.s" + i));
        return object.build();
    }

    private static byte[] maps(int n, String end) {
        ObjectBuilder object = new ObjectBuilder();
        int definition = object.hash("", object.u32, object.u32);
        IntStream.range(0, n).forEach(i -> object.map("m" + i + end, definition));
        return object.build();
    }

    private static byte[] mapsWithTypes(int n) {
        ObjectBuilder object = new ObjectBuilder();
        for (int i = 0; i < n; i++) {
            int value = object.struct(
                    "s" + i, 8, List.of(new Member("a", object.u32, 0), new Member("b" + i, object.u32, 4)));
            object.map("m" + i, object.hash("", object.u32, value));
        }
        return object.build();
    }

    private static byte[] mapsOfType(int n, boolean isKey) {
        ObjectBuilder object = new ObjectBuilder();
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < Math.min(n, 8_000); i++) {
            members.add(new Member("c" + i, object.u8, 8 * i));
            members.add(new Member("d" + i, object.u32, 8 * i + 4));
        }
        int type = object.struct("big", 8 * members.size() / 2, members);
        int definition = isKey ? object.hash("", type, object.u32) : object.hash("", object.u32, type);
        IntStream.range(0, n).forEach(i -> object.map("m" + i, definition));
        return object.build();
    }

    private static byte[] mapsWithOneTag(int n) {
        ObjectBuilder object = new ObjectBuilder();
        for (int i = 0; i < n; i++) {
            int value =
                    object.struct("s", 8, List.of(new Member("a" + i, object.u32, 0), new Member("b", object.u32, 4)));
            object.map("m" + i, object.hash("", object.u32, value));
        }
        return object.build();
    }

    private static byte[] outerMaps(int n) {
        ObjectBuilder object = new ObjectBuilder();
        for (int i = 0; i < n; i++) {
            object.map("m" + i, object.outer(object.hash("", object.u32, object.u32), 4), 24);
        }
        return object.build();
    }

    private static byte[] slots(int n, boolean own) {
        ObjectBuilder object = new ObjectBuilder();
        int inner = object.hash("inner", object.u32, object.u32);
        int first = object.nextSymbol();
        for (int i = 0; i < (own ? n : 1); i++) {
            object.map("i" + i, inner);
        }
        int at = object.map("outer", object.outer(inner, n), 24 + 8 * n);
        for (int i = 0; i < n; i++) {
            object.relocate(at + 24 + 8 * i, own ? first + i : first);
        }
        return object.build();
    }

    private static byte[] users(int n) {
        ObjectBuilder object = new ObjectBuilder();
        int definition = object.hash("", object.u32, object.u32);
        IntStream.range(0, n).forEach(i -> object.map("m" + i, definition));
        object.users("cgroup/dev", n);
        return object.build();
    }

    private static byte[] members(int n) {
        ObjectBuilder object = new ObjectBuilder();
        int value = object.struct(
                "v",
                4 * n,
                IntStream.range(0, n)
                        .mapToObj(i -> new Member("f" + i, object.u32, 4 * i))
                        .toList());
        object.map("m", object.hash("", object.u32, value));
        return object.build();
    }

    private static byte[] underscores(int n) {
        ObjectBuilder object = new ObjectBuilder();
        for (int i = 0; i < n; i++) {
            int value = object.struct("s" + "_".repeat(i), 4, List.of(new Member("a", object.u32, 0)));
            object.map("m" + "_".repeat(i), object.hash("", object.u32, value));
        }
        return object.build();
    }

    private static byte[] paddedKey(int n) {
        ObjectBuilder object = new ObjectBuilder();
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            members.add(new Member("c" + i, object.u8, 8 * i));
            members.add(new Member("d" + i, object.u32, 8 * i + 4));
        }
        object.map("m", object.hash("", object.struct("k", 8 * n, members), object.u32));
        return object.build();
    }

    private static byte[] constants(int n) {
        ObjectBuilder object = new ObjectBuilder();
        object.map("m", object.hash("", object.u32, object.enumeration("e", "A", n)));
        return object.build();
    }

    private static byte[] emptyStructs(int n) {
        ObjectBuilder object = new ObjectBuilder();
        int leaf = object.struct("leaf", 0, List.of());
        List<Member> members = new ArrayList<>(List.of(new Member("x", object.u32, 0)));
        for (int i = 0; i < n; i++) {
            int empty = object.struct("s" + i, 0, List.of(new Member("e", leaf, 0)));
            if (members.size() < 5_000) {
                members.add(new Member("a" + i, empty, 4));
            }
        }
        int top = object.struct("top", 4, members);
        object.map("m", object.hash("", top, top));
        return object.build();
    }

    private static byte[] doubled(int n) {
        ObjectBuilder object = new ObjectBuilder();
        for (int i = 0; i < n; i++) {
            int type = object.u32;
            for (int level = 0; level < 12 && i < n; level++) {
                type = object.struct(
                        "s" + i, 8 << level, List.of(new Member("a", type, 0), new Member("b", type, 4 << level)));
                i++;
            }
            object.map("m" + i, object.hash("", object.u32, type));
        }
        return object.build();
    }

    private static byte[] typedefs(int n) {
        ObjectBuilder object = new ObjectBuilder();
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            int type = object.u32;
            for (int level = 0; level < 60 && i < n; level++) {
                type = object.type("t" + i++, ObjectBuilder.TYPEDEF, 0, type);
            }
            members.add(new Member("f" + i, type, 4 * members.size()));
        }
        int value = object.struct("v", 4 * members.size(), members);
        object.map("m", object.hash("", value, value));
        return object.build();
    }
}
