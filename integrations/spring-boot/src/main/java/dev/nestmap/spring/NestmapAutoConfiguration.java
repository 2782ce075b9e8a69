/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import dev.nestmap.cli.Main;
import dev.nestmap.micrometer.NestmapMetrics;
import dev.nestmap.runtime.LoadedObject;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AbstractDependsOnBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures Nestmap: see {@link NestmapProperties} and {@link NestmapDrain}. */
@AutoConfiguration(
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@EnableConfigurationProperties(NestmapProperties.class)
public class NestmapAutoConfiguration {
    /** Creates the configuration. Spring Boot calls it. */
    public NestmapAutoConfiguration() {
        requireBoot4(SpringBootVersion.getVersion());
    }

    /** Boot 3 has the classes for health and metrics elsewhere, so the conditions below would leave both out without a word. */
    static void requireBoot4(String version) {
        if (version.startsWith("3.")) {
            throw new IllegalStateException(
                    "nestmap-spring-boot-starter needs Spring Boot 4, but this application has " + version
                            + ", where health and metrics would be missing. Update Spring Boot, or use nestmap-runtime and nestmap-micrometer"
                            + " without the starter");
        }
    }

    @Bean
    NestmapObjects nestmapObjects(NestmapProperties properties) {
        return new NestmapObjects(properties);
    }

    @Bean
    NestmapLifecycle nestmapLifecycle(
            NestmapProperties properties,
            ListableBeanFactory beans,
            ObjectProvider<LoadedObject> objects,
            ObjectProvider<NestmapDrain> drains) {
        List<LoadedObject> ordered = objects.orderedStream().toList();
        Map<String, LoadedObject> byName = new LinkedHashMap<>();
        beans.getBeansOfType(LoadedObject.class).entrySet().stream()
                .filter(bean -> ordered.contains(bean.getValue()))
                .sorted(Comparator.comparingInt(bean -> ordered.indexOf(bean.getValue())))
                .forEach(bean -> byName.put(bean.getKey(), bean.getValue()));
        return new NestmapLifecycle(properties, byName, drains.orderedStream().toList());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class HealthConfiguration {
        @Bean
        @ConditionalOnMissingBean(name = "nestmapHealthIndicator")
        HealthIndicator nestmapHealthIndicator(NestmapLifecycle lifecycle) {
            return new NestmapHealthIndicator(lifecycle);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ConditionalOnAvailableEndpoint.class, Main.class})
    @ConditionalOnAvailableEndpoint(NestmapEndpoint.class)
    static class EndpointConfiguration {
        @Bean
        NestmapEndpoint nestmapEndpoint(
                @Value("${management.endpoint.nestmap.directory:/sys/fs/bpf}") String directory) {
            return new NestmapEndpoint(directory);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(MeterRegistry.class)
    static class MetricsConfiguration {
        /** The registry is known from the start, so that loads of objects are measured. Boot binds meters only after all beans. */
        @Bean
        @ConditionalOnMissingBean
        NestmapMetrics nestmapMetrics(MeterRegistry registry) {
            return new NestmapMetrics(registry);
        }

        @Bean
        static AbstractDependsOnBeanFactoryPostProcessor metricsBeforeObjects() {
            return new MetricsBeforeObjects();
        }

        /** Several objects can have maps and programs of the same names, which only a tag tells apart. */
        @Bean
        SmartInitializingSingleton nestmapWatch(NestmapMetrics metrics, NestmapLifecycle lifecycle) {
            Map<String, LoadedObject> objects = lifecycle.objects();
            return () -> objects.forEach((name, object) ->
                    metrics.watch(object, objects.size() > 1 ? new String[] {"bean", name} : new String[0]));
        }
    }

    /** Creates the metrics before the objects. */
    static final class MetricsBeforeObjects extends AbstractDependsOnBeanFactoryPostProcessor {
        MetricsBeforeObjects() {
            super(LoadedObject.class, NestmapMetrics.class);
        }
    }
}
