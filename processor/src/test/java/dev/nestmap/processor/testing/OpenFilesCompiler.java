/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.Charset;
import java.util.Locale;
import javax.tools.DiagnosticListener;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives every run the same file manager, which keeps the jars of the class path and of the JDK open, because opening them takes longer
 * than most runs. Only for runs that do not change the class path.
 */
final class OpenFilesCompiler extends ForwardingCompiler {
    static final OpenFilesCompiler INSTANCE = new OpenFilesCompiler();

    private final StandardJavaFileManager files = unclosed(super.getStandardFileManager(null, null, null));

    private OpenFilesCompiler() {}

    @Override
    public StandardJavaFileManager getStandardFileManager(
            @Nullable DiagnosticListener<? super JavaFileObject> diagnostics,
            @Nullable Locale locale,
            @Nullable Charset charset) {
        return files;
    }

    /** The file manager without its method {@code close}, which every run calls. */
    private static StandardJavaFileManager unclosed(StandardJavaFileManager files) {
        return (StandardJavaFileManager) Proxy.newProxyInstance(
                OpenFilesCompiler.class.getClassLoader(),
                new Class<?>[] {StandardJavaFileManager.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(files, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }
}
