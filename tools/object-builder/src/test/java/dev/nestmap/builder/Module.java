/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A Maven module after the annotation processor has written header and schema text. */
public record Module(ModuleLayout layout) {
    public static final String PROGRAM = "tenant_flows";

    /** The directory of the package of its records. */
    private static final String PACKAGE = "com/acme/";

    /** A module without files. */
    public static Module empty(Path base) {
        return new Module(new ModuleLayout(
                base,
                base.resolve("src/main/bpf"),
                base.resolve("target/classes"),
                base.resolve("target/classes"),
                base.resolve("target/nestmap")));
    }

    /** A module with the program {@code tenant_flows}, its generated header and its schema text. */
    public static Module tenantFlows(Path base) {
        Module module = empty(base);
        module.write(module.layout.source(PROGRAM), resource(PROGRAM + ".bpf.c"));
        module.write(module.header(), resource(PROGRAM + ".bpf.h"));
        module.write(module.layout.resources().resolve(PACKAGE + PROGRAM + ".schema"), resource(PROGRAM + ".schema"));
        return module;
    }

    Path header() {
        return layout.ownHeaders().resolve(PACKAGE + PROGRAM + ".bpf.h");
    }

    /** The source of the program. */
    public Path source() {
        return layout.source(PROGRAM);
    }

    /** The schema text of the records. */
    public Path schema() {
        return layout.schema(PROGRAM);
    }

    /** The object in the class directory. */
    public Path object() {
        return layout.object(PROGRAM);
    }

    /** Compiles a program without checking the object, and returns the object. */
    public Path stagedObject(String name) {
        compile(name);
        return layout.stagedObject(name);
    }

    /** Compiles a program without checking the object. */
    ClangCompiler.Result compile(String name, String... arguments) {
        try {
            ClangInstallation clang = Toolchain.newest();
            List<String> headers = new HeaderSearchPath(layout, List.of(), Path.of("/usr/include")).options(clang);
            return new ClangCompiler(layout, clang, null, headers, List.of(arguments)).compile(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces a part of a file. Fails if the file does not have it. */
    public void edit(Path file, String part, String replacement) {
        try {
            String text = Files.readString(file);
            if (!text.contains(part)) {
                throw new AssertionError(file + " does not have: " + part);
            }
            write(file, text.replace(part, replacement));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String resource(String name) {
        try (InputStream resource = Objects.requireNonNull(Module.class.getResourceAsStream(name), name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
