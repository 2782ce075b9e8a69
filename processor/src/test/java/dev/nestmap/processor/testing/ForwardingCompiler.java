/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.testing;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Set;
import javax.lang.model.SourceVersion;
import javax.tools.DiagnosticListener;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The compiler of the running JDK, for subclasses that change one of its methods. */
abstract class ForwardingCompiler implements JavaCompiler {
    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();

    @Override
    public CompilationTask getTask(
            @Nullable Writer out,
            @Nullable JavaFileManager files,
            @Nullable DiagnosticListener<? super JavaFileObject> diagnostics,
            @Nullable Iterable<String> options,
            @Nullable Iterable<String> classes,
            @Nullable Iterable<? extends JavaFileObject> sources) {
        return javac.getTask(out, files, diagnostics, options, classes, sources);
    }

    @Override
    public StandardJavaFileManager getStandardFileManager(
            @Nullable DiagnosticListener<? super JavaFileObject> diagnostics,
            @Nullable Locale locale,
            @Nullable Charset charset) {
        return javac.getStandardFileManager(diagnostics, locale, charset);
    }

    @Override
    public int isSupportedOption(String option) {
        return javac.isSupportedOption(option);
    }

    @Override
    public int run(
            @Nullable InputStream in, @Nullable OutputStream out, @Nullable OutputStream err, String... arguments) {
        return javac.run(in, out, err, arguments);
    }

    @Override
    public Set<SourceVersion> getSourceVersions() {
        return javac.getSourceVersions();
    }
}
