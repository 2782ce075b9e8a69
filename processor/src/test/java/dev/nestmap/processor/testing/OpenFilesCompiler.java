/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.DiagnosticListener;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives every run the same file manager, which keeps the jars of the class path and of the JDK open and remembers what their packages contain,
 * because finding that out takes longer than most runs. Only for runs that change neither the class path nor its files.
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
        Map<List<Object>, Object> packages = new HashMap<>();
        return (StandardJavaFileManager) Proxy.newProxyInstance(
                OpenFilesCompiler.class.getClassLoader(),
                new Class<?>[] {StandardJavaFileManager.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    List<Object> list = method.getName().equals("list") ? List.of(arguments) : List.of();
                    Object known = packages.get(list);
                    if (known != null) {
                        return known;
                    }
                    try {
                        Object found = method.invoke(files, arguments);
                        if (!list.isEmpty()) {
                            packages.put(list, found);
                        }
                        return found;
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }
}
