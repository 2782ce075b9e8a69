/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses the BTF of a small object, and the installed bpftool. */
@Tag("jdk-independent")
@Tag("long")
class VmlinuxHeaderGeneratorTest {
    private static final String PROGRAM = """
            #include "vmlinux.h"
            #include <bpf/bpf_helpers.h>
            SEC("xdp") int pass(void *context) { struct flow *flow = 0; return flow ? 1 : 2; }
            """;

    @TempDir
    Path directory;

    private final RecordingLog log = new RecordingLog();
    private Module module;
    private Path btf;

    /** Compiles an object, whose BTF takes the place of a kernel's. */
    @BeforeEach
    void compileBtf() throws IOException {
        Toolchain.needBpftool();
        Module other = Module.tenantFlows(directory.resolve("other"));
        btf = other.stagedObject(Module.PROGRAM);
        module = Module.empty(Files.createDirectory(directory.resolve("module")));
    }

    @Test
    void aProgramIncludesTheGeneratedHeader() throws Exception {
        // The BTF of the small object lacks some typedefs that bpf_helpers.h needs.
        module.write(
                module.layout().source("pass"),
                PROGRAM.replace("#include <bpf", "#include <linux/types.h>\n#include <bpf"));

        new ModuleObjectCompiler(module.layout(), options(btf.toString()), log).run();

        assertThat(module.layout().object("pass")).isNotEmptyFile();
        assertThat(header()).content().startsWith("#ifndef __VMLINUX_H__").contains("struct flow {");
    }

    /** Linux 7.3 has such structs. Without the option, clang leaves the members out and only warns. */
    @Test
    void structsMayEmbedOthersByTheirTagsAlone() throws Exception {
        Module other = Module.tenantFlows(directory.resolve("embedding"));
        other.write(other.layout().source("embedding"), """
                struct slots { long long first; int second; };
                struct embedding { short kind; struct slots; unsigned short size; } embedding;
                """);
        assertThat(other.compile("embedding", "-fms-extensions").failed()).isFalse();
        module.write(module.layout().source("read"), """
                #include "vmlinux.h"
                _Static_assert(__builtin_offsetof(struct embedding, second) == 16, "layout");
                __attribute__((section("xdp"), used)) int second(void *context) { return ((struct embedding *)0)->second; }
                """);

        new ModuleObjectCompiler(
                        module.layout(),
                        options(other.layout().stagedObject("embedding").toString()),
                        log)
                .run();

        assertThat(header()).content().contains("\tstruct slots;");
        assertThat(log.lines()).noneMatch(line -> line.startsWith("WARN") || line.startsWith("ERROR"));
    }

    @Test
    void theHeaderIsGoneIfNobodyAsksForIt() throws Exception {
        module.write(module.layout().source("pass"), PROGRAM);
        generate(btf.toString());

        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> new ModuleObjectCompiler(module.layout(), options(null), log).run());
        assertThat(header()).doesNotExist();
        assertThat(log.lines())
                .contains("ERROR " + module.layout().source("pass") + ":[1,10] 'vmlinux.h' file not found");
    }

    @Test
    void isGeneratedAgainOnlyIfTheBtfHasChanged() throws Exception {
        generate(btf.toString());
        Files.setLastModifiedTime(header(), FileTime.fromMillis(0));

        generate(btf.toString());
        assertThat(Files.getLastModifiedTime(header())).isEqualTo(FileTime.fromMillis(0));

        Path copy = Files.copy(btf, directory.resolve("copy.o"));
        generate("../copy.o"); // relative to the module
        assertThat(Files.getLastModifiedTime(header())).isNotEqualTo(FileTime.fromMillis(0));
        assertThat(log.lines())
                .containsExactly(
                        "INFO Generating " + header() + " from " + btf,
                        "INFO Generating " + header() + " from "
                                + module.layout().base().resolve("../copy.o"));
        Files.delete(copy);
    }

    @Test
    void namesAFileWithoutBtf() throws Exception {
        Path text = Files.writeString(directory.resolve("text"), "text");

        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> generate(text.toString()))
                .withMessageContaining("can't read the BTF in " + text + ": ");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> generate("missing"))
                .withMessageContaining(
                        "there is no readable file " + module.layout().base().resolve("missing"));
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> generate(""))
                .withMessageContaining(
                        "there is no readable file " + module.layout().base())
                .withMessageContaining("Name a file with BTF, or \"kernel\"");
    }

    /** As bpftool 7.8 does for the running kernel. */
    @Test
    void leavesOutWhatBpftoolPrintsBeforeTheHeader() throws Exception {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path bpftool = Files.writeString(bin.resolve("bpftool"), """
                #!/bin/sh
                [ "$1" = version ] || { echo "skipping $4 (will be loaded as base)" >&2; /usr/sbin/bpftool "$@"; }
                """);
        assertThat(bpftool.toFile().setExecutable(true)).isTrue();

        new VmlinuxHeaderGenerator(module.layout(), List.of(bin)).generate(btf.toString(), log);

        assertThat(header()).content().startsWith("#ifndef __VMLINUX_H__").contains("struct flow {");
        Path text = Files.writeString(directory.resolve("text"), "text");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(
                        () -> new VmlinuxHeaderGenerator(module.layout(), List.of(bin)).generate(text.toString(), log))
                .withMessageContaining("can't read the BTF in " + text + ": Error: ");
    }

    @Test
    void rejectsASecondHeader() {
        module.write(module.layout().sources().resolve("vmlinux.h"), "");

        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> generate(btf.toString()))
                .withMessageContaining("src/main/bpf/vmlinux.h hides the vmlinux.h that is generated from " + btf);
    }

    private Path header() {
        return module.layout().work().resolve("vmlinux/vmlinux.h");
    }

    private void generate(String source) throws IOException, ToolchainException, BuildException {
        new VmlinuxHeaderGenerator(module.layout(), List.of(Path.of("/usr/bin"))).generate(source, log);
    }

    private static ModuleObjectCompiler.Options options(@Nullable String vmlinux) {
        return new ModuleObjectCompiler.Options(null, List.of(), List.of(), List.of(), List.of(), vmlinux);
    }
}
