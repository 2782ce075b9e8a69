/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where clang looks for headers. */
final class HeaderPath {
    private final ModuleLayout layout;
    private final Path systemHeaders;

    /** @param systemHeaders normally {@code /usr/include} */
    HeaderPath(ModuleLayout layout, Path systemHeaders) {
        this.layout = layout;
        this.systemHeaders = systemHeaders;
    }

    /** The options that say so. */
    List<String> options(Clang clang) throws IOException {
        List<String> options = new ArrayList<>();
        options.add("-I" + layout.ownHeaders());
        options.add("-I" + layout.sources()); // for generated headers that include one of the user's
        options.add("-I" + layout.dependencyHeaders()); // these include each other by being in one directory
        multiarch(clang).ifPresent(directory -> options.addAll(List.of("-idirafter", directory.toString())));
        return options;
    }

    /**
     * The names of the headers in directories, and in their folders, of which a new one could take the place of one that was
     * read. That is not seen in the list of those that were read.
     */
    List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path directory : List.of(layout.sources(), layout.ownHeaders(), layout.dependencyHeaders())) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.walk(directory)) {
                    files.map(Path::toString)
                            .filter(name -> name.endsWith(".h"))
                            .sorted()
                            .forEach(names::add);
                }
            }
        }
        return names;
    }

    /**
     * The directory of this machine's {@code asm/types.h} where it is in none that clang searches by itself. BPF is no
     * machine that Debian has headers for, so clang doesn't look in {@code /usr/include/x86_64-linux-gnu}, but the
     * kernel's headers for all machines include those.
     */
    private Optional<Path> multiarch(Clang clang) throws IOException {
        if (hasAsmTypes(systemHeaders) || !Files.isDirectory(systemHeaders)) {
            return Optional.empty();
        }
        Command.Output triple =
                Command.run(layout.base(), List.of(clang.executable().toString(), "-print-target-triple"));
        Path own = systemHeaders.resolve(withoutVendor(triple.text().strip()));
        if (hasAsmTypes(own)) {
            return Optional.of(own);
        }
        // Debian's name is not always clang's (i386-linux-gnu, arm-linux-gnueabihf); more than one are cross
        // compilers'.
        try (Stream<Path> directories = Files.list(systemHeaders)) {
            List<Path> found = directories.filter(HeaderPath::hasAsmTypes).toList();
            return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
        }
    }

    private static boolean hasAsmTypes(Path directory) {
        return Files.exists(directory.resolve("asm/types.h"));
    }

    /** {@code x86_64-linux-gnu} of {@code x86_64-pc-linux-gnu}. */
    private static String withoutVendor(String triple) {
        String[] parts = triple.split("-", 4);
        return parts.length == 4 ? String.join("-", parts[0], parts[2], parts[3]) : triple;
    }
}
