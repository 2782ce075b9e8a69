/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Finds what the processor made of an interface, for code that only knows the interface. */
public final class GeneratedClass {
    private static final String SUFFIX = "Bpf";

    private GeneratedClass() {}

    /**
     * Calls a static method without parameters of the class that was generated for {@code declaration}.
     *
     * @throws BpfException when there is no such class; the message says why that may be
     */
    public static Object call(Class<?> declaration, String method) {
        String name = declaration.getName() + SUFFIX;
        try {
            Method factory =
                    Class.forName(name, true, declaration.getClassLoader()).getMethod(method);
            factory.trySetAccessible(); // the class is as visible as the interface: perhaps to its package only
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
        } catch (ReflectiveOperationException e) {
            throw failure(name, method, e);
        }
    }

    private static String missing(Class<?> declaration) {
        return "nothing was generated for " + declaration.getName() + ". Is it annotated with @BpfObject, and does"
                + " nestmap-processor run? JDK 23 and later ignore processors that are only on the class path: name it in"
                + " <annotationProcessorPaths> of maven-compiler-plugin, or as annotationProcessor in Gradle";
    }

    private static BpfException failure(String name, String method, ReflectiveOperationException e) {
        return BpfException.of("call of " + name + "." + method)
                .because("it is no class of this version's processor, or not to be seen from here: " + e)
                .cause(e)
                .build();
    }
}
