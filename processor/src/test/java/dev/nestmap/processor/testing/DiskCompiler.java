/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.testing;

import java.io.Writer;
import javax.tools.DiagnosticListener;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import org.jspecify.annotations.Nullable;

/** Reads and writes files on disk where {@link com.google.testing.compile.Compiler} would keep them in memory. */
final class DiskCompiler extends ForwardingCompiler {
    @Override
    public CompilationTask getTask(
            @Nullable Writer out,
            @Nullable JavaFileManager inMemory,
            @Nullable DiagnosticListener<? super JavaFileObject> diagnostics,
            @Nullable Iterable<String> options,
            @Nullable Iterable<String> classes,
            @Nullable Iterable<? extends JavaFileObject> sources) {
        return super.getTask(
                out, getStandardFileManager(diagnostics, null, null), diagnostics, options, classes, sources);
    }
}
