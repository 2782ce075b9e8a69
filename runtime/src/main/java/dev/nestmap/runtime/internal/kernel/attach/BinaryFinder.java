/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Finds executables and libraries by their names. */
final class BinaryFinder {
    private BinaryFinder() {}

    /**
     * Searches a name without a slash as libbpf does ({@code resolve_full_path} in {@code libbpf.c}): a library in {@code LD_LIBRARY_PATH}
     * and the system's directories, an executable in {@code PATH}. Returns another path, or one that is not found, as it is.
     */
    static Path find(Path binary) {
        if (binary.getNameCount() != 1 || binary.isAbsolute()) {
            return binary.toAbsolutePath();
        }
        boolean library = binary.toString().endsWith(".so") || binary.toString().contains(".so.");
        String machine = "amd64".equals(System.getProperty("os.arch")) ? "x86_64" : System.getProperty("os.arch");
        String directories = library
                ? environment("LD_LIBRARY_PATH") + ":/usr/lib64:/usr/lib:/usr/lib/" + machine + "-linux-gnu"
                : environment("PATH") + ":/usr/bin:/usr/sbin";
        return Stream.of(directories.split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory).resolve(binary))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(binary.toAbsolutePath());
    }

    private static String environment(String name) {
        return System.getenv().getOrDefault(name, "");
    }
}
