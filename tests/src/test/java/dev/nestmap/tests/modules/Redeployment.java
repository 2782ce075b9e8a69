/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs an application in a class loader of its own, as a server does, and then drops the loader. Prints whether the JVM can unload it: {@code
 * collected} or {@code kept}.
 */
final class Redeployment {
    private static final int MOST_COLLECTIONS = 50;

    private Redeployment() {}

    /** Runs the application with the object file that the argument names. */
    public static void main(String... arguments) throws Exception {
        WeakReference<ClassLoader> loader = deploy(Path.of(arguments[0])); // by a thread that stays
        for (int i = 0; i < MOST_COLLECTIONS && loader.get() != null; i++) {
            System.gc();
            Thread.sleep(20); // reference queues are cleared by other threads
        }
        System.out.println(loader.get() == null ? "collected" : "kept");
    }

    private static WeakReference<ClassLoader> deploy(Path object) {
        try {
            List<URL> path = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                path.add(Path.of(entry).toUri().toURL());
            }
            URLClassLoader loader =
                    new URLClassLoader("application", path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
            @SuppressWarnings("unchecked") // the loader knows the JDK's type, but not that of this class
            Consumer<Path> application = (Consumer<Path>) loader.loadClass(DeployedApplication.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            application.accept(object);
            loader.close();
            return new WeakReference<>(loader);
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
