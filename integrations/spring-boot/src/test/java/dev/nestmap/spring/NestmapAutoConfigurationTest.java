/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.micrometer.NestmapMetrics;
import dev.nestmap.spring.Visits.Visit;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    /** The second failure is that of a full heap. */
    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, OutOfMemoryError.class})
    void aFailedDrainIsVisibleInTheHealthUntilOneSucceeds(Class<? extends Throwable> failure) {
        application.withPropertyValues("nestmap.drain.every=1h").run(context -> {
            Counts counts = context.getBean(Counts.class);
            VisitsBpf bpf = context.getBean(VisitsBpf.class);
            NestmapLifecycle lifecycle = context.getBean(NestmapLifecycle.class);
            bpf.site().create(1).put(new Visit(7, 3));
            counts.fails = true;
            counts.runsOutOfMemory = failure == OutOfMemoryError.class;
            lifecycle.drain();
            Health down = health(context.getBean(HealthIndicator.class));
            assertThat(down.getStatus()).isEqualTo(Status.DOWN);
            assertThat(down.getDetails()).containsEntry("visits", "in memory").containsKey("error");

            counts.fails = false;
            lifecycle.drain();
            assertThat(health(context.getBean(HealthIndicator.class)).getStatus())
                    .isEqualTo(Status.UP);
            assertThat(counts.all).containsExactly(new Visit(7, 3));
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

    /** An application's properties name programs, which maps in memory lack. */
    @Test
    void attachesNothingInMemory() {
        application
                .withPropertyValues("nestmap.attach.count=xdp lo", "nestmap.link-pin.count=count")
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

    private static Health health(HealthIndicator indicator) {
        Health health = indicator.health();
        assertThat(health).isNotNull();
        return Objects.requireNonNull(health);
    }

    static final class Counts {
        final List<Visit> all = new CopyOnWriteArrayList<>();
        final CountDownLatch first = new CountDownLatch(1);
        volatile boolean fails;
        volatile boolean runsOutOfMemory;

        void add(Visit visit) {
            if (fails && runsOutOfMemory) {
                throw new OutOfMemoryError("a full heap");
            }
            if (fails) {
                throw new IllegalStateException("the database is away");
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
            return () -> bpf.site().drainAll(drained -> {
                List<Visit> visits =
                        new ArrayList<>(); // if a visit can't be decoded, the map comes again with all of them
                drained.map().forEach(visits::add);
                visits.forEach(counts::add);
            });
        }
    }
}
