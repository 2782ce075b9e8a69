/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Headers are found in the documented order. */
class HeaderSearchPathTest {
    @TempDir
    Path directory;

    @Test
    void searchesGeneratedHeadersFirst() throws IOException {
        assertThat(options("x86_64-pc-linux-gnu"))
                .containsExactly(
                        "-iquote" + directory.resolve("target/classes/META-INF/bpf/include"),
                        "-iquote" + directory.resolve("src/main/bpf"),
                        "-iquote" + directory.resolve("target/nestmap/dependencies/include"),
                        "-I" + directory.resolve("src/main/bpf"));
    }

    /** Programs include headers of their own module without the package, and tests those of the tested classes. */
    @Test
    void searchesThePackagesOfOwnHeaders() throws IOException {
        Module module = Module.tenantFlows(directory);
        Module tested = Module.tenantFlows(directory.resolve("tested"));

        List<String> options = new HeaderSearchPath(
                        module.layout(), List.of(tested.layout().output()), directory.resolve("usr"))
                .options(new ClangInstallation(directory.resolve("clang"), 19, "19.1.7", "clang version 19.1.7"));

        assertThat(options)
                .containsSubsequence(
                        "-iquote" + module.layout().ownHeaders(),
                        "-iquote" + module.layout().ownHeaders().resolve("com/acme"),
                        "-iquote" + module.layout().dependencyHeaders(),
                        "-iquote" + module.layout().dependencyHeaders().resolve("com/acme"));
    }

    @Test
    void addsTheDirectoryOfThisMachine() throws IOException {
        Path own = asmTypes("x86_64-linux-gnu");
        asmTypes("aarch64-linux-gnu");

        assertThat(options("x86_64-pc-linux-gnu")).endsWith("-idirafter", own.toString());
        assertThat(options("x86_64-linux-gnu")).endsWith("-idirafter", own.toString());
    }

    @Test
    void addsTheOnlyDirectoryIfTheNameDiffers() throws IOException {
        Path only = asmTypes("i386-linux-gnu");

        assertThat(options("i686-pc-linux-gnu")).endsWith("-idirafter", only.toString());

        asmTypes("aarch64-linux-gnu");
        assertThat(options("i686-pc-linux-gnu")).doesNotContain("-idirafter");
    }

    @Test
    void addsNoDirectoryThatClangSearches() throws IOException {
        asmTypes(".");
        asmTypes("x86_64-linux-gnu");

        assertThat(options("x86_64-pc-linux-gnu")).doesNotContain("-idirafter");
    }

    /** A package for a cross compiler can have another version of the headers that all architectures have in common. */
    @Test
    void takesOnlyAsmOfAnotherArchitectureBeforeTheHeadersOfThisMachine() throws IOException {
        Architecture other = Architecture.ofThisMachine().equals(Optional.of(Architecture.ARM64))
                ? Architecture.X86
                : Architecture.ARM64;
        Path foreign = directory.resolve(other.machine() + "-linux-gnu/include");
        Files.createDirectories(foreign.resolve("linux"));
        Files.createDirectories(directory.resolve("usr"));
        for (String version : List.of("old", "new")) { // a directory that moves, as after an upgrade of the system
            Files.createDirectories(directory.resolve(version));
            Files.writeString(directory.resolve(version).resolve("types.h"), version);
            Files.deleteIfExists(foreign.resolve("asm"));
            Files.createSymbolicLink(foreign.resolve("asm"), directory.resolve(version));

            List<String> options = options("x86_64-pc-linux-gnu", other);

            Path first = Path.of(options.get(options.indexOf("-isystem") + 1));
            assertThat(first).isDirectoryNotContaining("glob:**/linux");
            assertThat(first.resolve("asm/types.h")).hasContent(version);
            assertThat(options).endsWith("-idirafter", foreign.toString());
        }
    }

    @Test
    void namesTheHeadersThatCouldShadowOthers() {
        Module module = Module.tenantFlows(directory);
        Path ownUtility = module.layout().sources().resolve("parsing.h");
        module.write(ownUtility, "");
        Path ofFolder = module.layout().sources().resolve("acme/types.h");
        module.write(ofFolder, "");
        module.write(module.layout().sources().resolve("acme/notes.txt"), "");

        assertThat(new HeaderSearchPath(module.layout(), List.of(), directory.resolve("usr")).names())
                .containsExactly(
                        ofFolder.toString(),
                        ownUtility.toString(),
                        module.header().toString(),
                        module.schema().toString());
    }

    private List<String> options(String triple) throws IOException {
        return options(triple, null);
    }

    private List<String> options(String triple, @Nullable Architecture architecture) throws IOException {
        Path program = directory.resolve("clang");
        Files.writeString(program, "#!/bin/sh\necho " + triple + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        ClangInstallation clang = new ClangInstallation(program, 19, "19.1.7", "clang version 19.1.7");
        return new HeaderSearchPath(Module.empty(directory).layout(), List.of(), directory.resolve("usr"))
                .options(clang, architecture);
    }

    private Path asmTypes(String machine) throws IOException {
        Path machineHeaders = directory.resolve("usr").resolve(machine);
        Files.createDirectories(machineHeaders.resolve("asm"));
        Files.writeString(machineHeaders.resolve("asm/types.h"), "");
        return machineHeaders;
    }
}
