/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.schema.Schema;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compiles generated headers with one clang. */
record HeaderCompiler(InstalledClang clang, Path directory) {
    /** With the newest clang. */
    HeaderCompiler(Path directory) {
        this(InstalledClang.newest(), directory);
    }

    /** Returns a file that the processor generated, such as {@code flows.bpf.h}, or the directory {@code include}. */
    static Path generated(String file) {
        return file.equals("include") ? BpfObjects.headers() : BpfObjects.generated(file);
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
        String objcopy = "llvm-objcopy-" + clang.version();
        InstalledCommand.needInstalled(objcopy);
        InstalledCommand.run(objcopy, "-O", "binary", "--only-section=.expected", object, bytes)
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
            clang.compile(c, object, generated("include")).succeeded();
            return object;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
