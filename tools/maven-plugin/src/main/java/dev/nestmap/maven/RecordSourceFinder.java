/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds Java sources for which Nestmap's annotation processor generates code. */
final class RecordSourceFinder {
    private static final String PACKAGE = "dev.nestmap.annotations";
    private static final Pattern ANNOTATION = Pattern.compile(
            "(?m)^\\s*@(dev\\.nestmap\\.annotations\\.)?(BpfObject|BpfType|BpfMap|InnerMap|OuterMap)\\b");

    private RecordSourceFinder() {}

    /** The first file in the source directories, in order, that declares maps or types for BPF programs. */
    static Optional<Path> first(List<String> sourceRoots) throws IOException {
        for (String root : sourceRoots) {
            Path directory = Path.of(root);
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                        .sorted()
                        .toList()) {
                    if (declaresMaps(file)) {
                        return Optional.of(file);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean declaresMaps(Path file) throws IOException {
        // Not readString, which rejects other encodings than UTF-8.
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        return text.contains(PACKAGE) && ANNOTATION.matcher(text).find();
    }
}
