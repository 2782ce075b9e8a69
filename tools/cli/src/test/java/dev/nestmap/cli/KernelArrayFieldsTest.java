/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.MapKind;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code nestmap set} and {@code nestmap remove} take arrays as the command shows them, and say how bytes are written. */
@KernelTest
@Tag("jdk-independent")
class KernelArrayFieldsTest {
    @TempDir
    private Path directory;

    @Test
    void writesArraysAsTheCommandShowsThem() throws IOException {
        Path file = Files.write(directory.resolve("arrays.bpf.o"), TestPrograms.object("arrays.bpf.c"));
        try (LoadedObject object = Nestmap.open(file).load()) {
            UntypedMap paths = UntypedMap.of(object, "paths");
            String id = Integer.toUnsignedString(paths.id());

            CommandRun set = CommandRun.of("set", id, "hops=[1, 20,000, 3]", "offsets=-1,2", "value=7,8");
            assertThat(set.exitCode()).as(set.err()).isZero();
            assertThat(set.out()).contains("now:    hops=[1, 20000, 3] offsets=[-1, 2] → [7, 8]");
            assertThat(paths.count()).isEqualTo(1);
            assertThat(CommandRun.of("set", id, "hops=1,2", "offsets=-1,2", "value=7,8")
                            .err())
                    .contains("hops=1,2: it has 2 elements, and the array 3");
            assertThat(CommandRun.of("set", id, "hops=1,2,x", "offsets=-1,2", "value=7,8")
                            .err())
                    .contains("hops[2]=x: hops[2] is a number");
            assertThat(CommandRun.of("remove", id, "hops=1 20000 3", "offsets=[-1,2]")
                            .exitCode())
                    .isZero();
            assertThat(paths.count()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "zz000000", "0x0000", "000000000"})
    void saysHowBytesAreWritten(String key) {
        try (RawMap map = new KernelMapFactory().create(new MapShape("plain", MapKind.HASH, 4, 8, 4, 0), null)) {
            String id = Integer.toUnsignedString(map.id());

            assertThat(CommandRun.of("set", id, "key=" + key, "value=0x0000000000000000")
                            .err())
                    .contains("key=" + key + ": write its 4 bytes as 8 hexadecimal digits");
        }
    }
}
