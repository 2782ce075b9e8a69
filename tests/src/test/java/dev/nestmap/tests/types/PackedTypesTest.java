/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.tests.types.PackedTypes.Connection;
import dev.nestmap.tests.types.PackedTypes.Mode;
import dev.nestmap.tests.types.PackedTypes.Tuple;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves that packed and aligned types have clang's layout, and that a number outside the range of its bit-field is rejected. */
class PackedTypesTest {
    @TempDir
    Path directory;

    @InstalledClang.Each
    void everyClangLaysOutTypesAsDeclared(InstalledClang clang) throws IOException {
        Schema declared = SchemaText.parse(Files.readString(HeaderCompiler.generated("packed_types.schema")));

        assertThat(SchemaComparison.compare(declared, new HeaderCompiler(clang, directory).read("packed_types")))
                .isEmpty();
        StructType connection = (StructType) declared.type("connection").orElseThrow();
        assertThat(declared.type("tuple").map(NamedType::size)).hasValue(14L);
        assertThat(connection.size() % 32).isZero();
    }

    @Test
    void valuesThatDoNotFitAreRejected() throws IOException {
        try (PackedTypesBpf types = PackedTypesBpf.inMemory()) {
            PackedTypesBpf.ConnectionMap connections = types.cluster().getOrCreate(7);
            assertThrown(IllegalArgumentException.class, () -> connections.put(connection(2048, 0)))
                    .hasMessage("Connection.rest is 2048, outside of 0 to 2047, the range of 11 bits");
            assertThatThrownBy(() -> connections.put(connection(0, -17)))
                    .hasMessage("Connection.delta is -17, outside of -16 to 15, the range of 5 bits");
        }
    }

    private static Connection connection(int rest, int delta) throws IOException {
        return new Connection(key(), 0, 0, false, rest, Mode.OFF, delta, 0, 0, BigInteger.ZERO, BigInteger.ZERO, 0);
    }

    private static Tuple key() throws IOException {
        return new Tuple(address(1), address(2), 0, 0, 6, 1);
    }

    private static Inet4Address address(int last) throws IOException {
        return (Inet4Address) InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }
}
