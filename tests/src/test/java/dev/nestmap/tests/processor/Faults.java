/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import dev.nestmap.processor.NestmapProcessor;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.function.Function;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import org.jspecify.annotations.Nullable;

/** Nestmap's processor in a compiler that fails it. */
final class Faults {
    private Faults() {}

    /** A compiler with a defect: its filer throws what no filer may. */
    static Processor filerThrows() {
        return in(failing(Filer.class, ProcessingEnvironment::getFiler, "createResource", method -> {
            throw new IllegalStateException("as the test wants it");
        }));
    }

    /** A disk that is full. */
    static Processor diskIsFull() {
        return in(failing(Filer.class, ProcessingEnvironment::getFiler, "createResource", method -> {
            throw new IOException("No space left on device");
        }));
    }

    /** A compiler that loses the types that it has told of. */
    static Processor typesGetLost() {
        return in(failing(
                Elements.class,
                ProcessingEnvironment::getElementUtils,
                "getTypeElement",
                name -> name.toString().startsWith("com.acme") ? null : name));
    }

    private interface Fault {
        /** What the method returns for its last argument: the argument itself to let the call pass. */
        @Nullable Object answer(Object argument) throws Exception;
    }

    private static <T> Function<ProcessingEnvironment, ProcessingEnvironment> failing(
            Class<T> service, Function<ProcessingEnvironment, T> of, String method, Fault fault) {
        return environment -> {
            T real = of.apply(environment);
            Object failing = Proxy.newProxyInstance(
                    service.getClassLoader(), new Class<?>[] {service}, (proxy, called, arguments) -> {
                        if (called.getName().equals(method)) {
                            Object last = arguments[arguments.length - 1];
                            if (fault.answer(last) != last) {
                                return null;
                            }
                        }
                        return invoke(real, called, arguments);
                    });
            return (ProcessingEnvironment) Proxy.newProxyInstance(
                    service.getClassLoader(),
                    new Class<?>[] {ProcessingEnvironment.class},
                    (proxy, called, arguments) ->
                            called.getReturnType().equals(service) ? failing : invoke(environment, called, arguments));
        };
    }

    private static Object invoke(Object target, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Processor in(Function<ProcessingEnvironment, ProcessingEnvironment> environment) {
        NestmapProcessor processor = new NestmapProcessor();
        return new AbstractProcessor() {
            @Override
            public synchronized void init(ProcessingEnvironment real) {
                processor.init(environment.apply(real));
            }

            @Override
            public Set<String> getSupportedAnnotationTypes() {
                return processor.getSupportedAnnotationTypes();
            }

            @Override
            public SourceVersion getSupportedSourceVersion() {
                return SourceVersion.latestSupported();
            }

            @Override
            @SuppressWarnings("DoNotClaimAnnotations") // answers what the processor inside does
            public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
                return processor.process(annotations, round);
            }
        };
    }
}
