/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Loads classes in advance. To load a class from a directory takes a file descriptor, of which a test may leave none. */
public final class LoadedClasses {
    private static final String EXTENSION = ".class";

    private LoadedClasses() {}

    /** Loads all classes in directories of the class path; of test classes only those with this text in their path. */
    public static void load(String test) throws IOException, ClassNotFoundException {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path root = Path.of(entry);
            if (!entry.isEmpty() && Files.isDirectory(root)) {
                for (Path file : files(root)) {
                    String name = root.relativize(file).toString();
                    boolean needed = root.endsWith("test-classes")
                            ? name.contains(test)
                            : !name.startsWith("dev/nestmap/foreign/")
                                    || Runtime.version().feature() >= 22; // as java.lang.foreign
                    if (needed && name.endsWith(EXTENSION) && !name.endsWith("-info" + EXTENSION)) {
                        Class.forName(name.substring(0, name.length() - EXTENSION.length())
                                .replace(File.separatorChar, '.'));
                    }
                }
            }
        }
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
