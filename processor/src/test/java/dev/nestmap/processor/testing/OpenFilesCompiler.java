/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Gives every run the same file manager, which keeps the jars of the class path and of the JDK open and remembers what their packages contain,
 * because finding that out takes longer than most runs. Only for runs that change neither the class path nor its files.
 */
final class OpenFilesCompiler {
    static final JavaCompiler INSTANCE = create();

    private OpenFilesCompiler() {}

    private static JavaCompiler create() {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StandardJavaFileManager files = unclosed(javac.getStandardFileManager(null, null, null));
        return Interception.of(
                JavaCompiler.class,
                (method, arguments) -> method.getName().equals("getStandardFileManager")
                        ? files
                        : Interception.invoke(javac, method, arguments));
    }

    /** The file manager without its method {@code close}, which every run calls. */
    private static StandardJavaFileManager unclosed(StandardJavaFileManager files) {
        Map<List<Object>, Object> packages = new HashMap<>();
        return Interception.of(StandardJavaFileManager.class, (method, arguments) -> {
            if (method.getName().equals("close")) {
                return null;
            }
            if (arguments == null || !method.getName().equals("list")) {
                return Interception.invoke(files, method, arguments);
            }
            List<Object> place = List.of(arguments);
            Object found = packages.get(place);
            if (found == null) {
                found = Interception.invoke(files, method, arguments);
                packages.put(place, Objects.requireNonNull(found));
            }
            return found;
        });
    }
}
