/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Finds the class that the processor generated for an interface, for code that knows the interface only. */
public final class GeneratedClass {
    private static final String SUFFIX = "Bpf";

    private GeneratedClass() {}

    /**
     * Calls a static method without parameters of the class that was generated for {@code declaration}.
     *
     * @throws BpfException if there is no such class; the message lists possible causes
     */
    public static Object call(Class<?> declaration, String method) {
        String name = declaration.getName() + SUFFIX;
        try {
            Method factory =
                    Class.forName(name, true, declaration.getClassLoader()).getMethod(method);
            factory.trySetAccessible(); // like the interface, the class may be package-private
            return factory.invoke(null);
        } catch (ClassNotFoundException e) {
            throw BpfException.of("search for class " + name)
                    .because(missing(declaration))
                    .cause(e)
                    .build();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw failure(name, method, e);
        } catch (NoSuchMethodException e) {
            throw failed(
                    name,
                    method,
                    "the class has no such method without parameters, because the records leave sizes or the values of constants"
                            + " and variables to the caller: call " + name + "." + method + " with them",
                    e);
        } catch (ReflectiveOperationException e) {
            throw failure(name, method, e);
        }
    }

    private static String missing(Class<?> declaration) {
        return "no class was generated for " + declaration.getName() + ". Annotate it with @BpfObject and run"
                + " nestmap-processor: add it to <annotationProcessorPaths> of maven-compiler-plugin, or as annotationProcessor"
                + " in Gradle. JDK 23 and later ignore processors that are only on the class path";
    }

    private static BpfException failure(String name, String method, ReflectiveOperationException e) {
        return failed(
                name,
                method,
                "the method can't be called: " + e
                        + ". Compile the class again with the nestmap-processor of this runtime's version; in a named module, export"
                        + " or open its package to dev.nestmap.runtime",
                e);
    }

    private static BpfException failed(String name, String method, String why, ReflectiveOperationException e) {
        return BpfException.of("call of " + name + "." + method)
                .because(why)
                .cause(e)
                .build();
    }
}
