/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Lists the programs in the source directory, and the programs of earlier builds. The name of a program is its file name without {@code
 * .bpf.c}.
 */
public final class ProgramSourceFinder {
    static final String SUFFIX = ".bpf.c";
    static final String SCHEMA_SUFFIX = ".schema";
    static final String SAME_VERSION =
            "use the same version of nestmap-processor and of nestmap-maven-plugin or nestmap-object-builder, and rebuild";
    private static final String C_SUFFIX = ".c";
    static final String FINGERPRINT_SUFFIX = ".fingerprint";

    private ProgramSourceFinder() {}

    /** The programs, ordered by name. Empty if the source directory does not exist. */
    static List<String> present(ModuleLayout layout) throws IOException {
        return programs(layout.sources());
    }

    /** The programs in a directory, ordered by name. Empty if it does not exist. */
    public static List<String> programs(Path directory) throws IOException {
        return names(directory, SUFFIX);
    }

    /** The names of C files that don't end with {@code .bpf.c}. The build ignores these files. */
    static List<String> otherC(ModuleLayout layout) throws IOException {
        return names(layout.sources(), C_SUFFIX).stream()
                .map(name -> name + C_SUFFIX)
                .filter(name -> !name.endsWith(SUFFIX))
                .toList();
    }

    /** The programs that an earlier build compiled and whose source no longer exists. */
    static List<String> deleted(ModuleLayout layout) throws IOException {
        List<String> present = present(layout);
        return names(layout.work(), FINGERPRINT_SUFFIX).stream()
                .filter(name -> !present.contains(name))
                .toList();
    }

    /**
     * The names of the files in a directory with a suffix, without that suffix, in order. Empty if the directory does not
     * exist.
     */
    static List<String> names(Path directory, String suffix) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(suffix) && name.length() > suffix.length())
                    .map(name -> name.substring(0, name.length() - suffix.length()))
                    .sorted()
                    .toList();
        }
    }
}
