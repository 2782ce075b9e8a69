/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.StructType;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reader returns a schema or throws a {@link MalformedObjectException} within a short time, whatever bytes it reads. */
@Tag("long")
@Tag("clang")
class HostileBytesTest {
    /** {@code -Dnestmap.seed=...} sets another seed. */
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());

    /** Duration of each test. The tests of {@code bin/dev/fuzz objects --minutes N} share the time. */
    private static final long MINUTES = Long.getLong("nestmap.fuzz.minutes", 0);

    /** Each clang and target, and two byte orders. */
    private static final long TESTS = BpfClang.all().count() + 2;

    private static final int ROUNDS = 2000;

    /** Limit of the CPU time for a single object. The other time depends on what else the machine does. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final ThreadMXBean CPU_TIME = ManagementFactory.getThreadMXBean();

    /** Values that are likely to break counts and offsets. */
    private static final int[] EDGES = {0, 1, -1, 2, 0x7f, 0xff, 0xffff, 0x10000, Integer.MAX_VALUE, Integer.MIN_VALUE};

    @EveryClang
    void damagedObjectsAreReadOrRejected(BpfClang clang) {
        byte[] object = clang.compile(Resources.tenantFlows());

        goOn(seed -> damage(object, 0, object.length, seed));
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.btf.BtfTypeReaderTest#byteOrders")
    void damagedTypesAreReadOrRejected(ByteOrder order) {
        BtfBuilder btf = new BtfBuilder(order);
        int integer = btf.integer("__u32", 4);
        int typedef = btf.modifier(BtfKind.TYPEDEF, "__be32", integer);
        int array = btf.array(btf.struct("inside", 8, "a", typedef, 0, "b", integer, 32), 4);
        int state = btf.type("state", BtfKind.ENUM, true, 2, 4, btf.name("A"), -1, btf.name("B"), 1);
        int wide = btf.type("wide", BtfKind.ENUM64, false, 1, 8, btf.name("W"), 1, 1);
        int union = btf.type("u", BtfKind.UNION, false, 2, 8, btf.name("x"), state, 0, btf.name("y"), wide, 0);
        int[] widths = {4, btf.name("low"), integer, 3 << 24, btf.name("high"), integer, 7 << 24 | 3};
        int bits = btf.type("bits", BtfKind.STRUCT, true, 2, widths);
        int lock = btf.struct("bpf_spin_lock", 4, "val", integer, 0);
        int pointer = btf.pointer(integer);
        Object[] members = {"all", array, 0, "one", union, 256, "p", pointer, 320, "b", bits, 384, "l", lock, 416};
        int value = btf.struct("value", 56, members);
        byte[] object = btf.hash(integer, value).object();

        goOn(seed -> damage(object, 64, object.length - 64, seed));
    }

    /** One run with the seed; {@code bin/dev/fuzz} continues with the seeds after it. */
    private static void goOn(LongConsumer run) {
        long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos() / TESTS;
        long seed = SEED;
        do {
            run.accept(seed++);
        } while (System.nanoTime() < end);
        System.out.println("HostileBytesTest: " + (seed - SEED) * ROUNDS + " damaged objects, -Dnestmap.seed=" + SEED);
    }

    @Test
    void truncatedObjectsAreReadOrRejected() {
        BtfBuilder btf = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int integer = btf.integer("int", 4);
        byte[] object = btf.hash(integer, btf.struct("v", 4, "a", integer, 0)).object();

        for (int length = 0; length < object.length; length++) {
            assertThat(survives(Arrays.copyOf(object, length)))
                    .as("the first %s of %s bytes", length, object.length)
                    .isFalse();
        }
    }

    /** Otherwise a small file could have as many slots as its maps times its relocations. */
    @Test
    void anAddressIsInTheSlotOfOneMap() {
        BtfBuilder btf = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int array = btf.pointer(btf.array(btf.integer("int", 4), 2));
        int programs = btf.array(btf.pointer(1), 0);
        int type = btf.pointer(btf.array(1, 3)); // PROG_ARRAY
        int size = btf.pointer(btf.array(1, 4));
        Object[] members = {"type", type, 0, "max_entries", array, 64, "key_size", size, 128, "values", programs, 192};
        int definition = btf.struct("", 24, members);
        List<ElfWriter.Symbol> symbols = new ArrayList<>();
        for (String map : List.of("first", "second", "third")) {
            btf.variable(map, ".maps", definition);
            symbols.add(new ElfWriter.Symbol(map, Elf.OBJECT_SYMBOL, ".maps", 0, Long.MAX_VALUE));
        }
        byte[] object = new ElfWriter(ByteOrder.LITTLE_ENDIAN)
                .section(".BTF", btf.section())
                .section(".maps", new byte[64])
                .symbols(symbols)
                .relocations(".maps", Map.of(24L, 0, 32L, 1, 48L, 2))
                .build();

        assertThat(ObjectFile.parse("t.o", object).schema().maps())
                .extracting(map -> map.slots().size())
                .containsExactly(3, 0, 0);
    }

    @Test
    void anInstructionBelongsToOneProgram() {
        List<ElfWriter.Symbol> symbols = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            symbols.add(new ElfWriter.Symbol("map" + i, Elf.OBJECT_SYMBOL, ".maps", 8L * i, 8));
            symbols.add(new ElfWriter.Symbol("program" + i, Elf.FUNCTION_SYMBOL, "xdp", 0, 64));
        }
        byte[] object = new ElfWriter(ByteOrder.LITTLE_ENDIAN)
                .section(".maps", new byte[0])
                .code("xdp", 64)
                .symbols(symbols)
                .relocations("xdp", Map.of(0L, 0, 16L, 2, 32L, 4))
                .build();

        ObjectFile file = ObjectFile.parse("t.o", object);

        assertThat(List.of("map0", "map1", "map2"))
                .allSatisfy(map -> assertThat(file.usersOf(map)).containsExactly("program0"));
    }

    /** Changes one to eight places between these offsets at a time. */
    private static void damage(byte[] object, int from, int to, long seed) {
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = object.clone();
            ByteBuffer buffer = ByteBuffer.wrap(damaged)
                    .order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            for (int i = random.nextInt(8); i >= 0; i--) {
                // Most fields are four bytes wide and aligned.
                int at = from + random.nextInt((to - from) / 4) * 4;
                switch (random.nextInt(4)) {
                    case 0 -> buffer.put(at + random.nextInt(4), (byte) random.nextInt());
                    case 1 -> buffer.putInt(at, EDGES[random.nextInt(EDGES.length)]);
                    case 2 -> buffer.putInt(at, random.nextInt(64));
                    default -> buffer.putInt(at, buffer.getInt(from + random.nextInt((to - from) / 4) * 4));
                }
            }
            try {
                long start = CPU_TIME.getCurrentThreadCpuTime();
                refused += survives(damaged) ? 0 : 1;
                assertThat(Duration.ofNanos(CPU_TIME.getCurrentThreadCpuTime() - start))
                        .isLessThan(SOON);
            } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        assertThat(refused).as("refused of %s, seed %s", ROUNDS, seed).isBetween(ROUNDS / 20, ROUNDS - 1);
    }

    /** Returns whether the bytes give a schema, and checks that it is usable. */
    private static boolean survives(byte[] object) {
        try {
            ObjectFile file = ObjectFile.parse("damaged.o", object);
            assertThat(file.architecture()).isNotNull();
            Schema schema = file.schema();
            assertThat(schema.hashCode()).isEqualTo(schema.hashCode());
            schema.types().stream()
                    .filter(StructType.class::isInstance)
                    .map(StructType.class::cast)
                    .forEach(struct -> assertThat(struct.pads()).isNotNull());
            assertThat(LibbpfFixups.of("damaged.o", object, Map.of())).hasSameSizeAs(object);
            return true;
        } catch (MalformedObjectException e) {
            assertThat(e).hasMessageStartingWith("damaged.o");
            return false;
        }
    }
}
