/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.kernel.NestedMaps.Hashed;
import dev.nestmap.tests.kernel.NestedMaps.Place;
import dev.nestmap.tests.kernel.NestedMaps.Recent;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.io.TempDir;

/** BTF has the types that occur only in inner maps. Clang before 22 would omit them, and libbpf would refuse the object. */
@KernelTest
class InnerTypesTest {
    private static final Place PLACE = new Place(3, 'x');

    @TempDir
    Path directory;

    @InstalledClang.Each
    void btfHasInnerTypesIfAFileOnlyIncludesTheHeader(InstalledClang clang) throws IOException {
        assertWorks(BpfObjects.of("alone", clang));
        assertWorks(stripped(BpfObjects.of("alone", clang)));
    }

    @InstalledClang.Each
    void btfHasInnerTypesIfAProgramUsesAnOuterMapFirst(InstalledClang clang) throws IOException {
        assertWorks(BpfObjects.of("outer_first", clang));
        assertWorks(stripped(BpfObjects.of("outer_first", clang)));
    }

    @InstalledClang.Each
    void btfHasInnerTypesInAnObjectOfTwoFiles(InstalledClang clang) throws IOException {
        InstalledCommand.needInstalled("bpftool");
        Path linked = directory.resolve("linked.bpf.o");
        InstalledCommand.run(
                        "bpftool",
                        "gen",
                        "object",
                        linked,
                        BpfObjects.of("outer_first", clang),
                        BpfObjects.of("second_file", clang))
                .succeeded();

        assertWorks(linked);
        assertWorks(stripped(linked));
    }

    private Path stripped(Path object) throws IOException {
        InstalledCommand.needInstalled("llvm-strip");
        Path copy = directory.resolve("stripped.bpf.o");
        Files.copy(object, copy, StandardCopyOption.REPLACE_EXISTING);
        InstalledCommand.run("llvm-strip", "-g", copy).succeeded();
        return copy;
    }

    private static void assertWorks(Path object) {
        try (NestedMapsBpf bpf = NestedMapsBpf.load(object)) {
            bpf.hashOfHashes().create(1).put(new Hashed(PLACE, 7));
            bpf.arrayOfRecents().create(2).put(new Recent(PLACE, 8, 9));

            assertThat(bpf.hashOfHashes().get(1, PLACE)).isEqualTo(new Hashed(PLACE, 7));
            assertThat(bpf.arrayOfRecents().get(2, PLACE)).isEqualTo(new Recent(PLACE, 8, 9));
        }
    }
}
