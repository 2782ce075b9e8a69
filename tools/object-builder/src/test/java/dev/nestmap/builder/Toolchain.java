/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The installed compilers. Tests are skipped without one, or fail with {@code NESTMAP_REQUIRE_KERNEL=1}. */
public final class Toolchain {
    /** Found once, because that starts each installed clang. */
    private static volatile @Nullable ClangInstallation newest;

    private Toolchain() {}

    /** The newest installed clang, if libbpf's headers are installed too. */
    static ClangInstallation newest() {
        if (!Files.exists(Path.of("/usr/include/bpf/bpf_helpers.h"))) {
            return missing("libbpf's headers are not installed (package libbpf-dev)");
        }
        try {
            ClangInstallation found = newest;
            if (found == null) {
                found = finder().find(null);
                newest = found;
            }
            return found;
        } catch (ToolchainException e) {
            return missing(String.valueOf(e.getMessage()));
        }
    }

    /** The path of the newest installed clang. */
    public static Path newestExecutable() {
        return newest().executable();
    }

    /** Every installed clang; with {@code -Dnestmap.clangs=newest} the newest one. */
    static Stream<ClangInstallation> all() {
        if ("newest".equals(System.getProperty("nestmap.clangs"))) {
            return Stream.of(newest());
        }
        Stream<ClangInstallation> versions = IntStream.rangeClosed(14, 30)
                .boxed()
                .flatMap(version -> {
                    try {
                        return Stream.of(finder().find("clang-" + version));
                    } catch (ToolchainException e) {
                        return Stream.empty();
                    }
                });
        return Stream.concat(Stream.of(newest()), versions).distinct();
    }

    private static ClangFinder finder() {
        return new ClangFinder(Path.of("."), ClangFinder.searchPath(System.getenv("PATH")));
    }

    private static ClangInstallation missing(String reason) {
        return "1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL")) ? fail(reason) : abort(reason);
    }
}
