/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.nestmap.schema.Schema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, there is a schema or a {@link MalformedObjectException}, and soon. */
class HostileBytesTest {
    /** Another one: {@code -Dnestmap.seed=...}. */
    private static final long SEED = Long.getLong("nestmap.seed", 20261120L);

    private static final int ROUNDS = 2000;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** What counts and offsets are likely to break on. */
    private static final int[] EDGES = {0, 1, -1, 2, 0x7f, 0xff, 0xffff, 0x10000, Integer.MAX_VALUE, Integer.MIN_VALUE};

    @ParameterizedTest
    @MethodSource("dev.nestmap.btf.Clang#all")
    void damagedObjects(Clang clang) {
        byte[] object = clang.compile(Resources.tenantFlows());

        assertTimeout(LIMIT, () -> damage(object, 0, object.length));
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.btf.TypeReaderTest#byteOrders")
    void damagedTypes(ByteOrder order) {
        BtfBuilder btf = new BtfBuilder(order);
        int integer = btf.integer("__u32", 4);
        int typedef = btf.modifier(BtfKind.TYPEDEF, "__be32", integer);
        int array = btf.array(btf.struct("inside", 8, "a", typedef, 0, "b", integer, 32), 4);
        int state = btf.type("state", BtfKind.ENUM, true, 2, 4, btf.name("A"), -1, btf.name("B"), 1);
        int wide = btf.type("wide", BtfKind.ENUM64, false, 1, 8, btf.name("W"), 1, 1);
        int union = btf.type("u", BtfKind.UNION, false, 2, 8, btf.name("x"), state, 0, btf.name("y"), wide, 0);
        int value = btf.struct("value", 48, "all", array, 0, "one", union, 256, "p", btf.pointer(integer), 320);
        byte[] object = btf.hash(integer, value).object();

        assertTimeout(LIMIT, () -> damage(object, 64, object.length - 64));
    }

    @Test
    void truncatedObjects() {
        BtfBuilder btf = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int integer = btf.integer("int", 4);
        byte[] object = btf.hash(integer, btf.struct("v", 4, "a", integer, 0)).object();

        for (int length = 0; length < object.length; length++) {
            assertThat(survives(Arrays.copyOf(object, length)))
                    .as("the first %s of %s bytes", length, object.length)
                    .isFalse();
        }
    }

    /** Changes one to eight places between these offsets at a time. */
    private static void damage(byte[] object, int from, int to) {
        Random random = new Random(SEED);
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
                refused += survives(damaged) ? 0 : 1;
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + SEED + ", round " + round, e);
            }
        }
        assertThat(refused).as("refused of %s, seed %s", ROUNDS, SEED).isBetween(ROUNDS / 20, ROUNDS - 1);
    }

    /** Whether there is a schema; it is one that can be used. */
    private static boolean survives(byte[] object) {
        try {
            Schema schema = ObjectFile.parse("damaged.o", object).schema();
            assertThat(schema.hashCode()).isEqualTo(schema.hashCode());
            return true;
        } catch (MalformedObjectException e) {
            assertThat(e).hasMessageStartingWith("damaged.o");
            return false;
        }
    }
}
