/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import dev.nestmap.processor.NestmapProcessor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** Nestmap's processor, with somebody between it and one service of the compiler. */
final class Wrapped extends AbstractProcessor {
    private final Processor processor = new NestmapProcessor();
    private final Class<?> service;
    private final Between between;

    /** Who sees each call to the service before it is made. */
    interface Between {
        /** Whether the call ends here, with null; it also ends where this throws. */
        boolean swallows(String method, Object[] arguments) throws Exception;
    }

    /**
     * The processor with somebody between.
     *
     * @param service the type of the service, one that {@link ProcessingEnvironment} has a getter for
     */
    Wrapped(Class<?> service, Between between) {
        this.service = service;
        this.between = between;
    }

    @Override
    public synchronized void init(ProcessingEnvironment real) {
        processor.init((ProcessingEnvironment) proxy(ProcessingEnvironment.class, (method, arguments) -> {
            Object result = invoke(real, method, arguments);
            return method.getReturnType().equals(service) ? wrap(result) : result;
        }));
    }

    private Object wrap(Object real) {
        return proxy(
                service,
                (method, arguments) -> between.swallows(method.getName(), arguments == null ? new Object[0] : arguments)
                        ? null
                        : invoke(real, method, arguments));
    }

    private interface Call {
        @Nullable
        Object answer(Method method, Object @Nullable [] arguments) throws Throwable;
    }

    private static Object proxy(Class<?> type, Call call) {
        return Proxy.newProxyInstance(
                Wrapped.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.answer(method, arguments));
    }

    private static Object invoke(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
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
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        processor.process(annotations, round);
        return false;
    }
}
