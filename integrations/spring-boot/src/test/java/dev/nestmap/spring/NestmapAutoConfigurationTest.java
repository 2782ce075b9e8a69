/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.nestmap.micrometer.NestmapMetrics;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.spring.Visits.Visit;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The starter drains, measures and reports health in a context of Spring Boot, with maps in memory. */
class NestmapAutoConfigurationTest {
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(NestmapAutoConfiguration.class))
            .withUserConfiguration(Application.class)
            .withPropertyValues("nestmap.in-memory=true");

    @Test
    void drainsInIntervals() {
        application.withPropertyValues("nestmap.drain.every=10ms").run(context -> {
            VisitsBpf bpf = context.getBean(VisitsBpf.class);
            Counts counts = context.getBean(Counts.class);
            bpf.site().create(1).put(new Visit(7, 3));

            assertThat(counts.first.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(counts.all).containsExactly(new Visit(7, 3));
            assertThat(health(context.getBean(HealthIndicator.class)).getStatus())
                    .isEqualTo(Status.UP);
        });
    }

    /** The last counts are not lost when the application stops before the next interval. */
    @Test
    void drainsForTheLastTimeWhenTheContextStops() {
        List<Visit> counted = new CopyOnWriteArrayList<>();
        application.withPropertyValues("nestmap.drain.every=1h").run(context -> {
            context.getBean(VisitsBpf.class).site().create(1).put(new Visit(7, 3));
            Counts counts = context.getBean(Counts.class);
            context.close();
            counted.addAll(counts.all);
        });

        assertThat(counted).containsExactly(new Visit(7, 3));
    }

    @Test
    void aFailedDrainIsVisibleInTheHealthUntilOneSucceeds() {
        application.withPropertyValues("nestmap.drain.every=1h").run(context -> {
            Counts counts = context.getBean(Counts.class);
            VisitsBpf bpf = context.getBean(VisitsBpf.class);
            NestmapLifecycle lifecycle = context.getBean(NestmapLifecycle.class);
            bpf.site().create(1).put(new Visit(7, 3));
            counts.failure = new IllegalStateException("the database is away");
            lifecycle.drain();
            Health down = health(context.getBean(HealthIndicator.class));
            assertThat(down.getStatus()).isEqualTo(Status.DOWN);
            assertThat(down.getDetails()).containsEntry("visits", "in memory").containsKey("error");

            counts.failure = null;
            lifecycle.drain();
            assertThat(health(context.getBean(HealthIndicator.class)).getStatus())
                    .isEqualTo(Status.UP);
            assertThat(counts.all).containsExactly(new Visit(7, 3));

            lifecycle.stop();
            assertThat(health(context.getBean(HealthIndicator.class)).getStatus())
                    .isEqualTo(Status.OUT_OF_SERVICE);
        });
    }

    /** Even if later drains have nothing to do. */
    @Test
    void theHealthIsDownAfterADrainForWhichTheHeapWasFull() {
        application.withPropertyValues("nestmap.drain.every=1h").run(context -> {
            Counts counts = context.getBean(Counts.class);
            VisitsBpf bpf = context.getBean(VisitsBpf.class);
            NestmapLifecycle lifecycle = context.getBean(NestmapLifecycle.class);
            bpf.site().create(1).put(new Visit(7, 3));
            counts.runsOutOfMemory = true;
            lifecycle.drain();
            counts.runsOutOfMemory = false;
            lifecycle.drain();

            Health down = health(context.getBean(HealthIndicator.class));
            assertThat(down.getStatus()).isEqualTo(Status.DOWN);
            assertThat(down.getDetails()).containsEntry("visits", "closed");
            assertThat(down.getDetails().get("error")).asString().contains("OutOfMemoryError: a full heap");
            assertThat(counts.all).isEmpty();
        });
    }

    /** For example for two interfaces. */
    @Test
    void theHealthShowsEachBeanOfAClass() {
        application
                .withBean("second", VisitsBpf.class, VisitsBpf::inMemory, bean -> bean.setFallback(true))
                .withPropertyValues("nestmap.drain.every=1h")
                .run(context -> {
                    context.getBean("second", VisitsBpf.class).close();
                    Health health = health(context.getBean(HealthIndicator.class));

                    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                    assertThat(health.getDetails())
                            .containsEntry("visits", "in memory")
                            .containsEntry("second", "closed");
                });
    }

    /** A drain that was interrupted leaves the interrupt to the thread that called it. */
    @Test
    void anInterruptedDrainKeepsTheInterrupt() {
        NestmapLifecycle lifecycle = new NestmapLifecycle(
                new NestmapProperties(false, Map.of(), Map.of(), new NestmapProperties.Drain(Duration.ofSeconds(10))),
                Map.of(),
                List.of(() -> {
                    throw new InterruptedException("stopped");
                }));

        lifecycle.drain();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(lifecycle.failure()).hasMessage("stopped");
    }

    /** Boot binds other meters after all beans exist, which is too late for the loads. */
    @Test
    void measuresTheLoadOfABean() {
        application.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            assertThat(context).hasSingleBean(NestmapMetrics.class);
            assertThat(context.getBeanFactory().getDependenciesForBean("visits"))
                    .contains("nestmapMetrics");
        });
    }

    /** The alerts of the checklist need them: a metric that does not exist never fires. */
    @Test
    void watchesTheOuterMapsOfABean() {
        application.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            context.getBean(VisitsBpf.class).site().create(1);

            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(gauge(registry, "nestmap.inner.maps")).isEqualTo(1);
            assertThat(gauge(registry, "nestmap.waiting.age")).isZero();
            assertThat(gauge(registry, "nestmap.drain.age")).isNotNegative();
        });
    }

    /** Beans of one class have maps and programs of the same names: none may hide another. */
    @Test
    void theMetricsOfSeveralBeansHaveTheirNames() {
        application
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean("second", VisitsBpf.class, VisitsBpf::inMemory, bean -> bean.setFallback(true))
                .run(context -> {
                    context.getBean("visits", VisitsBpf.class).site().create(1);

                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    assertThat(registry.get("nestmap.inner.maps").gauges())
                            .extracting(
                                    meter -> meter.getId().getTag("bean"),
                                    meter -> meter.getId().getTag("map"),
                                    Gauge::value)
                            .containsExactlyInAnyOrder(tuple("visits", "site", 1.0), tuple("second", "site", 0.0));
                });
    }

    private static double gauge(MeterRegistry registry, String name) {
        return registry.get(name).tag("map", "site").gauge().value();
    }

    /** Whoever reads a log looks at its warnings, so a service that is well has none: not at the start, in drains, nor at the end. */
    @Test
    void aHealthyServiceLogsNoWarning() {
        try (LogRecords log = LogRecords.of("")) {
            application
                    .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                    .withPropertyValues("nestmap.drain.every=1h")
                    .run(context -> {
                        VisitsBpf bpf = context.getBean(VisitsBpf.class);
                        for (int drain = 0; drain < 2; drain++) {
                            bpf.site().getOrCreate(1).put(new Visit(7, 3));
                            context.getBean(NestmapLifecycle.class).drain();
                        }
                    });
            assertThat(log.list())
                    .filteredOn(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                    .extracting(LogRecord::getMessage)
                    .isEmpty();
        }
    }

    /**
     * Drains come every few seconds, and a load balancer polls the health: an outage of an hour fills no log. A mistake in the service has a trace;
     * an outage, whose exception is a checked one, has none.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void failingDrainsAreTwoLinesAndOneAtTheirEnd(boolean isMistake) {
        try (LogRecords log = LogRecords.of("")) {
            application.withPropertyValues("nestmap.drain.every=1h").run(context -> {
                Counts counts = context.getBean(Counts.class);
                NestmapLifecycle lifecycle = context.getBean(NestmapLifecycle.class);
                context.getBean(VisitsBpf.class).site().create(1).put(new Visit(7, 3));
                counts.failure = new IllegalStateException(isMistake ? null : new SQLException("no connection"));
                for (int second = 0; second < 60; second++) {
                    lifecycle.drain();
                    assertThat(health(context.getBean(HealthIndicator.class)).getStatus())
                            .isEqualTo(Status.DOWN);
                }
                counts.failure = null;
                lifecycle.drain();
            });
            List<LogRecord> shown = log.list().stream()
                    .filter(entry -> entry.getLoggerName().startsWith("dev.nestmap")
                            || entry.getLevel().intValue() >= Level.WARNING.intValue())
                    .toList();
            assertThat(shown)
                    .extracting(LogRecord::getMessage)
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("the drain fails, and Nestmap does not repeat it"),
                            line -> assertThat(line)
                                    .startsWith("drains fail")
                                    .contains(isMistake ? "IllegalStateException" : "no connection"),
                            line -> assertThat(line).isEqualTo("drains succeed again"));
            assertThat(shown).filteredOn(entry -> entry.getThrown() != null).hasSize(isMistake ? 1 : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.5.16", "3.0.0"})
    void refusesAnOlderSpringBoot(String version) {
        assertThatIllegalStateException()
                .isThrownBy(() -> NestmapAutoConfiguration.requireBoot4(version))
                .withMessageStartingWith(
                        "nestmap-spring-boot-starter needs Spring Boot 4, but this application has " + version);
    }

    /** Development environments complete and explain the properties that the page lists. */
    @Test
    void describesThePropertiesOfThePage() throws IOException {
        try (InputStream metadata = Objects.requireNonNull(
                NestmapProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            assertThat(names(
                            "\"name\": \"(nestmap\\.[a-z.-]+)\",\\s+\"type\": \"[^\"]+\",\\s+\"description\": \"[^{}]+\\.\"",
                            new String(metadata.readAllBytes(), StandardCharsets.UTF_8)))
                    .hasSizeGreaterThan(3)
                    .isEqualTo(names(
                            "(?m)^\\| `(nestmap\\.[a-z.-]*[a-z])(?:\\.PROGRAM)?` \\|",
                            Files.readString(Path.of("../../docs/build/spring-quarkus.md"))));
        }
    }

    private static Set<String> names(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** An application's properties name programs, which maps in memory lack. */
    @Test
    void attachesNothingInMemory() {
        application
                .withPropertyValues("nestmap.attach.count=xdp lo", "nestmap.pin.count=count")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void drainsOnlyAtTheEndWithTheLongestPause() {
        application
                .withPropertyValues("nestmap.drain.every=" + ChronoUnit.FOREVER.getDuration())
                .run(context -> assertThat(
                                health(context.getBean(HealthIndicator.class)).getStatus())
                        .isEqualTo(Status.UP));
    }

    /** A drain that passes all visits of a map on, or none: if a visit can't be decoded, the map comes again. */
    static NestmapDrain drain(VisitsBpf bpf, Consumer<Visit> counts) {
        return () -> bpf.site().drainAll(drained -> {
            List<Visit> visits = new ArrayList<>();
            drained.map().forEach(visits::add);
            visits.forEach(counts);
        });
    }

    private static Health health(HealthIndicator indicator) {
        Health health = indicator.health();
        assertThat(health).isNotNull();
        return Objects.requireNonNull(health);
    }

    static final class Counts {
        final List<Visit> all = new CopyOnWriteArrayList<>();
        final CountDownLatch first = new CountDownLatch(1);
        volatile @Nullable RuntimeException failure;
        volatile boolean runsOutOfMemory;

        void add(Visit visit) {
            if (runsOutOfMemory) {
                throw new OutOfMemoryError("a full heap");
            }
            RuntimeException thrown = failure;
            if (thrown != null) {
                throw thrown;
            }
            all.add(visit);
            first.countDown();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {
        @Bean
        VisitsBpf visits(NestmapObjects objects) {
            return objects.load(VisitsBpf::load, VisitsBpf::inMemory);
        }

        @Bean
        Counts counts() {
            return new Counts();
        }

        @Bean
        NestmapDrain drain(VisitsBpf bpf, Counts counts) {
            return NestmapAutoConfigurationTest.drain(bpf, counts::add);
        }
    }
}
