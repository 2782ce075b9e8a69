/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import com.kenai.jffi.Library;
import dev.nestmap.runtime.error.BpfException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Functions that an older version of a library lacks. JNR looks up a function at its first call, so all other functions work with such a
 * library. A call of a missing function would throw {@code UnsatisfiedLinkError: unknown}; this class throws an exception with an
 * explanation instead.
 */
final class MissingFunctions {
    private MissingFunctions() {}

    /** The functions of an interface that a library lacks; empty if the library can't be searched. */
    static Set<String> in(Class<?> functions, String name) {
        Library library = Library.openLibrary(name, Library.LAZY | Library.LOCAL);
        if (library == null) {
            return Set.of();
        }
        return Arrays.stream(functions.getMethods())
                .map(Method::getName)
                .filter(function -> library.getSymbolAddress(function) == 0)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the functions of a library. If it lacks some, a call of one of these throws a {@link BpfException}. */
    static <L> L explain(Class<L> functions, L loaded, String name) {
        Set<String> missing = in(functions, name);
        if (missing.isEmpty()) {
            return loaded;
        }
        return functions.cast(Proxy.newProxyInstance(
                functions.getClassLoader(), new Class<?>[] {functions}, (proxy, method, arguments) -> {
                    if (missing.contains(method.getName())) {
                        throw BpfException.of("call of " + method.getName())
                                .because(name
                                        + " has no such function: install a newer version of it. Nestmap is tested with"
                                        + " libbpf 1.1 and newer")
                                .build();
                    }
                    try {
                        return method.invoke(loaded, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
