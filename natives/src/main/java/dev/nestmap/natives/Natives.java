/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.natives;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Selects the implementation of {@link NativeAccess}. */
public final class Natives {
    /** The system property that names an implementation: {@code jnr} or {@code foreign}. */
    public static final String PROPERTY = "nestmap.native";

    private static volatile @Nullable NativeAccess selected;

    private Natives() {}

    /**
     * The implementation, selected by the first call.
     *
     * @throws IllegalStateException if there is none, or none that the system property names
     */
    public static NativeAccess access() {
        NativeAccess access = selected;
        return access == null ? select() : access;
    }

    private static synchronized NativeAccess select() {
        NativeAccess access = selected;
        if (access == null) {
            access = select(implementations(), System.getProperty(PROPERTY));
            selected = access;
        }
        return access;
    }

    static NativeAccess select(List<NativeAccess> implementations, @Nullable String name) {
        return implementations.stream()
                .filter(access -> name == null || access.name().equals(name))
                .max(Comparator.comparingInt(NativeAccess::oldestJava))
                .orElseThrow(() -> new IllegalStateException(missing(implementations, name)));
    }

    private static String missing(List<NativeAccess> implementations, @Nullable String name) {
        List<String> found =
                implementations.stream().map(NativeAccess::name).sorted().toList();
        return name == null
                ? "the library that calls native functions is missing: add nestmap-jnr (or nestmap-foreign, with Java 22 or newer) to the"
                        + " class path or the module path"
                : "the system property " + PROPERTY + " is " + name + ", and this process has " + found
                        + ": add nestmap-" + name
                        + " to the class path or the module path, or choose another one. foreign needs Java 22";
    }

    /** The implementations that this Java VM can run. */
    private static List<NativeAccess> implementations() {
        return ServiceLoader.load(NativeAccess.class, NativeAccess.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(access -> access.oldestJava() <= Runtime.version().feature())
                .toList();
    }

    /**
     * Finds a library in {@code java.library.path}. Returns its path, or its name if it is not there: then the loader of the system
     * searches it, in {@code LD_LIBRARY_PATH} and its own directories.
     */
    public static String find(String library) {
        for (String directory : System.getProperty("java.library.path", "").split(File.pathSeparator, -1)) {
            Path file = Path.of(directory, library);
            if (file.isAbsolute() && Files.isRegularFile(file)) {
                return file.toString();
            }
        }
        return library;
    }
}
