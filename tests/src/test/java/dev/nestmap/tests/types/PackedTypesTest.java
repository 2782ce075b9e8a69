/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.types.PackedTypes.Connection;
import dev.nestmap.tests.types.PackedTypes.Mode;
import dev.nestmap.tests.types.PackedTypes.Tuple;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packed and aligned types have clang's layout. */
class PackedTypesTest {
    private static final long SEED = Long.getLong("nestmap.seed", 20261120L);
    private static final List<Mode> MODES = List.of(Mode.values());

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.types.HeaderCompiler#clangs")
    void everyClangLaysOutTypesAsDeclared(int clang) throws IOException {
        Schema declared = SchemaText.parse(Files.readString(HeaderCompiler.generated("packed_types.schema")));

        assertThat(SchemaComparison.compare(declared, new HeaderCompiler(clang, directory).read("packed_types")))
                .isEmpty();
        StructType connection = (StructType) declared.type("connection").orElseThrow();
        assertThat(declared.type("tuple").map(NamedType::size)).hasValue(14L);
        assertThat(connection.size() % 32).isZero();
    }

    @Test
    void inMemoryMapsReturnEqualValues() throws IOException {
        try (PackedTypesBpf types = PackedTypesBpf.inMemory()) {
            Random random = new Random(SEED);
            PackedTypesBpf.ConnectionMap connections = types.cluster().getOrCreate(7);
            for (int round = 0; round < 1_000; round++) {
                Connection connection = random(random);
                connections.put(connection);
                assertThat(connections.get(connection.key()))
                        .as("seed %d", SEED)
                        .isEqualTo(connection);
            }
        }
    }

    @Test
    void valuesThatDoNotFitAreRejected() throws IOException {
        try (PackedTypesBpf types = PackedTypesBpf.inMemory()) {
            PackedTypesBpf.ConnectionMap connections = types.cluster().getOrCreate(7);
            assertThatThrownBy(() -> connections.put(connection(2048, 0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Connection.rest is 2048, outside of 0 to 2047, the range of 11 bits");
            assertThatThrownBy(() -> connections.put(connection(0, -17)))
                    .hasMessage("Connection.delta is -17, outside of -16 to 15, the range of 5 bits");
        }
    }

    /** The program reads every field and writes another value to it. */
    @KernelTest
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void programsSeeTheSameValues(InstalledClang clang) throws IOException {
        Random random = new Random(SEED);
        try (PackedTypesBpf types = PackedTypesBpf.load(BpfObjects.of("packed_types", clang))) {
            PackedTypesBpf.ConnectionMap connections = types.cluster().getOrCreate(7);
            for (int round = 0; round < 100; round++) {
                Connection stored = random(random);
                connections.put(stored);
                assertThat(types.program("touch").testRun(new byte[64]).returnValue())
                        .isEqualTo(2);
                assertThat(connections.get(stored.key()))
                        .as("seed %d, round %d: %s", SEED, round, stored)
                        .isEqualTo(touched(stored));
            }
        }
    }

    private static Connection touched(Connection c) {
        BigInteger range = BigInteger.ONE.shiftLeft(128);
        return new Connection(
                c.key(),
                c.packets() + 1,
                1 - c.closing(),
                !c.seen(),
                (c.rest() + 1) % 2048,
                c.mode() == Mode.OFF ? Mode.ON : Mode.AUTO,
                c.delta() == -16 ? -16 : -c.delta(),
                c.wide() ^ 0xff_ffff_ffffL,
                (c.after() + 1) % 256,
                c.total().add(BigInteger.ONE).mod(range),
                c.balance().negate(),
                (c.aligned() + 1) % (1L << 32));
    }

    private static Connection connection(int rest, int delta) throws IOException {
        return new Connection(key(), 0, 0, false, rest, Mode.OFF, delta, 0, 0, BigInteger.ZERO, BigInteger.ZERO, 0);
    }

    private static Connection random(Random random) throws IOException {
        return new Connection(
                key(),
                random.nextLong(),
                random.nextInt(2),
                random.nextBoolean(),
                random.nextInt(2048),
                MODES.get(random.nextInt(MODES.size())),
                random.nextInt(32) - 16,
                random.nextLong() >>> 24,
                random.nextInt(256),
                new BigInteger(128, random),
                new BigInteger(127, random).subtract(BigInteger.ONE.shiftLeft(126)),
                random.nextLong() >>> 32);
    }

    private static Tuple key() throws IOException {
        return new Tuple(address(1), address(2), 0, 0, 6, 1);
    }

    private static Inet4Address address(int last) throws IOException {
        return (Inet4Address) InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }
}
