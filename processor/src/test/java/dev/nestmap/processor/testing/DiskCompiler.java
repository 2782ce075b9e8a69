/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.testing;

import java.util.Objects;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Reads and writes files on disk where {@link com.google.testing.compile.Compiler} would keep them in memory. */
final class DiskCompiler {
    /** One for all runs of a thread, because it keeps jars open. Each run sets its own class path and output folder. */
    private static final ThreadLocal<StandardJavaFileManager> FILES = ThreadLocal.withInitial(
            () -> ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null));

    private DiskCompiler() {}

    static JavaCompiler create() {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        return Interception.of(JavaCompiler.class, (method, arguments) -> {
            if (method.getName().equals("getTask")) {
                Objects.requireNonNull(arguments)[1] = FILES.get();
            }
            return Interception.invoke(javac, method, arguments);
        });
    }
}
