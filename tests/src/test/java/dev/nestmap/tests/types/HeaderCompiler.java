/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.schema.Schema;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.toolchain.InstalledCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Compiles generated headers with one version of clang. */
record HeaderCompiler(int clang, Path directory) {
    /** Returns a file that the processor generated, such as {@code flows.bpf.h}, or the directory {@code include}. */
    static Path generated(String file) {
        return file.equals("include") ? BpfObjects.headers() : BpfObjects.generated(file);
    }

    /** Versions of clang that the headers are tested with. */
    static Stream<Integer> clangs() {
        return Stream.of(14, 16, 19);
    }

    /** Compiles only this header, and returns the schema in the object's BTF. */
    Schema read(String header) {
        return schemaOf(compile("#include \"" + header + ".bpf.h\"\n"));
    }

    static Schema schemaOf(Path object) {
        try {
            return ObjectFile.parse(object.toString(), Files.readAllBytes(object))
                    .schema();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the bytes of a variable with this declaration and initializer, such as {@code struct flow} and {@code { .packets = 1 }}. */
    byte[] bytes(String header, String declaration, String initializer) {
        Path object = compile("""
                #include "%s.bpf.h"
                const %s SEC(".expected") __attribute__((used)) = %s;
                """.formatted(header, declaration, initializer));
        Path bytes = directory.resolve("bytes");
        InstalledCommand.needInstalled("llvm-objcopy-" + clang);
        InstalledCommand.run("llvm-objcopy-" + clang, "-O", "binary", "--only-section=.expected", object, bytes)
                .succeeded();
        try {
            return Files.readAllBytes(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path compile(String source) {
        try {
            Path c = Files.writeString(directory.resolve("test.bpf.c"), source);
            Path object = directory.resolve("test.bpf.o");
            InstalledClang.version(clang)
                    .compile(c, object, generated("include"))
                    .succeeded();
            return object;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
