/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import dev.nestmap.processor.testing.Interception;
import java.util.Objects;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;

/** Nestmap's processor, with an interceptor for its calls of one of the compiler's services. */
final class InterceptedProcessor extends AbstractProcessor {
    private final Processor processor = new NestmapProcessor();
    private final Class<?> service;
    private final Interceptor interceptor;

    /** Is called before each call of the service. */
    interface Interceptor {
        /** Whether the call returns null and does not reach the service. The processor receives an exception that this method throws. */
        boolean answersNull(String method, Object[] arguments) throws Throwable;
    }

    /**
     * The processor with this interceptor.
     *
     * @param service the type of the service, for which {@link ProcessingEnvironment} has a getter
     */
    InterceptedProcessor(Class<?> service, Interceptor interceptor) {
        this.service = service;
        this.interceptor = interceptor;
    }

    @Override
    public synchronized void init(ProcessingEnvironment real) {
        processor.init(Interception.of(ProcessingEnvironment.class, (method, arguments) -> {
            Object result = Interception.invoke(real, method, arguments);
            return method.getReturnType().equals(service) ? wrap(Objects.requireNonNull(result)) : result;
        }));
    }

    private Object wrap(Object real) {
        return Interception.of(
                service,
                (method, arguments) ->
                        interceptor.answersNull(method.getName(), arguments == null ? new Object[0] : arguments)
                                ? null
                                : Interception.invoke(real, method, arguments));
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
