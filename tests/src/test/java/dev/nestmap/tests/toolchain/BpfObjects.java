/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.toolchain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Objects of the C files among the test resources, in {@code /bpf}, compiled against the headers that the processor made of
 * this module's records. Each is compiled once, into the build's output.
 */
public final class BpfObjects {
    private static final Map<String, Path> COMPILED = new ConcurrentHashMap<>();

    private BpfObjects() {}

    /** The object of {@code <name>.bpf.c}, by the newest clang. */
    public static Path of(String name) {
        return of(name, Clang.newest());
    }

    /** The object of {@code <name>.bpf.c}, by this clang. */
    public static Path of(String name, Clang clang) {
        return COMPILED.computeIfAbsent(clang + "/" + name, key -> {
            Path object = directory(clang).resolve(name + ".bpf.o");
            created(Objects.requireNonNull(object.getParent()));
            clang.compile(source(name), object, headers()).succeeded();
            return object;
        });
    }

    /** The C file. */
    public static Path source(String name) {
        return resource("/bpf/" + name + ".bpf.c");
    }

    /** The directory of the generated headers. */
    public static Path headers() {
        return Objects.requireNonNull(
                resource("/META-INF/bpf/include/nests.bpf.h").getParent());
    }

    /** Where objects of this clang go. */
    public static Path directory(Clang clang) {
        return created(Path.of("target", "bpf", clang.command()));
    }

    private static Path created(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path resource(String name) {
        URL url = Objects.requireNonNull(BpfObjects.class.getResource(name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
