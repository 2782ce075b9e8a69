/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.testing;

import java.io.Writer;
import javax.tools.DiagnosticListener;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Reads and writes files on disk where {@link com.google.testing.compile.Compiler} would keep them in memory. */
final class DiskCompiler extends ForwardingCompiler {
    /** One for all runs of a thread, because it keeps jars open. Each run sets its own class path and output folder. */
    private static final ThreadLocal<StandardJavaFileManager> FILES = ThreadLocal.withInitial(
            () -> ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null));

    @Override
    public CompilationTask getTask(
            @Nullable Writer out,
            @Nullable JavaFileManager inMemory,
            @Nullable DiagnosticListener<? super JavaFileObject> diagnostics,
            @Nullable Iterable<String> options,
            @Nullable Iterable<String> classes,
            @Nullable Iterable<? extends JavaFileObject> sources) {
        return super.getTask(out, FILES.get(), diagnostics, options, classes, sources);
    }
}
