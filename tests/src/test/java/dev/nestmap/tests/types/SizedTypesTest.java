/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.types.SizedTypes.Blob;
import dev.nestmap.tests.types.SizedTypes.Container;
import dev.nestmap.tests.types.SizedTypes.Rule;
import dev.nestmap.types.ByteString;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** If C declares keys and values only by size, the records define their content, and Nestmap compares the sizes. */
@KernelTest
class SizedTypesTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void recordsOfTheSameSizesDescribeTheEntries(InstalledClang clang) {
        try (SizedTypesBpf bpf = SizedTypesBpf.load(compile(clang, 5))) {
            SizedTypesBpf.RuleMap rules = bpf.container().create(new Container(7, 8));
            rules.put(new Rule("/bin/true", 40, 9, 2));

            assertThat(bpf.program("hit").testRun(TestRun.Input.none()).returnValue())
                    .isZero();

            assertThat(rules.get("/bin/true")).isEqualTo(new Rule("/bin/true", 42, 0, 2));
            assertThat(bpf.blob())
                    .containsExactly(new Blob(ByteString.ofHex("010203040506"), ByteString.ofHex("6162636465")));
        }
    }

    @Test
    void anotherSizeIsRejected() {
        Path object = compile(InstalledClang.newest(), 6);

        assertThatThrownBy(() -> SizedTypesBpf.load(object))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("blob")
                .hasMessageContaining("5")
                .hasMessageContaining("6");
    }

    private Path compile(InstalledClang clang, int blobSize) {
        Path object = directory.resolve("sized.bpf.o");
        clang.compile(
                        BpfObjects.source("sized_types"),
                        object,
                        List.of("-target", "bpf", "-O2", "-DBLOB_SIZE=" + blobSize))
                .succeeded();
        return object;
    }
}
