/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.toolchain;

import dev.nestmap.runtime.testing.InstalledClang;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Compiles the C files among the test resources, in {@code /bpf}, against the headers that the processor generated from
 * this module's records. Each file is compiled once per clang, into the build output.
 */
public final class BpfObjects {
    /** The clang option that selects this machine's registers in {@code bpf_tracing.h}. */
    public static final String ARCHITECTURE =
            "-D__TARGET_ARCH_" + ("amd64".equals(System.getProperty("os.arch")) ? "x86" : "arm64");

    /** The directory of the headers that users get with the annotations: {@code nestmap/segments.h}. */
    public static final String SHIPPED_HEADERS = "../annotations/src/main/resources/META-INF/bpf/include";

    private static final Map<String, Path> COMPILED = new ConcurrentHashMap<>();

    private BpfObjects() {}

    /** Returns the object of {@code <name>.bpf.c}, compiled by the newest clang with more options, such as {@code -DNAME=value}. */
    public static Path of(String name, String... options) {
        return of(name, InstalledClang.newest(), options);
    }

    /** Returns the object of {@code <name>.bpf.c}, compiled by this clang with more options. */
    public static Path of(String name, InstalledClang clang, String... options) {
        return COMPILED.computeIfAbsent(clang + "/" + name + List.of(options), key -> {
            String variant = options.length == 0
                    ? ""
                    : "-" + Integer.toHexString(List.of(options).hashCode());
            Path object = directory(clang).resolve(name + variant + ".bpf.o");
            List<Object> all = new ArrayList<>(List.of("-target", "bpf", "-O2", "-I" + headers()));
            all.addAll(List.of(options));
            clang.compile(source(name), object, all).succeeded();
            return object;
        });
    }

    /** Compiles {@code /c/<name>.c} to a library of this process. */
    public static Path library(String name) {
        return InstalledClang.newest().library(resource("/c/" + name + ".c"));
    }

    /** Returns the C file. */
    public static Path source(String name) {
        return resource("/bpf/" + name + ".bpf.c");
    }

    /** Returns the directory of the generated headers. */
    public static Path headers() {
        return resource("/META-INF/bpf/include");
    }

    /** Returns the file that the processor generated for these tests, in any package: {@code nested_maps.bpf.h}. */
    public static Path generated(String name) {
        try (Stream<Path> files = Files.walk(Objects.requireNonNull(headers().getParent()))) {
            return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow(() -> new AssertionError(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the schema text that the processor wrote for an object. */
    public static String schema(String name) {
        try {
            return Files.readString(generated(name + ".schema"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the directory for objects of this clang. */
    public static Path directory(InstalledClang clang) {
        return created(Path.of("target", "bpf", clang.command()));
    }

    private static Path created(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the file of a test resource. */
    public static Path resource(String name) {
        URL url = Objects.requireNonNull(BpfObjects.class.getResource(name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
