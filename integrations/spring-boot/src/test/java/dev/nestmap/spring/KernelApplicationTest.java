/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.micrometer.NestmapMetrics;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.spring.Visits.Visit;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * An application with the starter counts each datagram in the kernel until it stops. {@code bin/test-builds} kills and stops a whole
 * application.
 */
@KernelTest
@ExtendWith(NetworkNamespace.class)
class KernelApplicationTest extends PinningTest {
    private static final long PORT = 4053;
    private static final int DATAGRAMS = 500;

    private final Counts counts = new Counts(new AtomicLong(), new CountDownLatch(1));

    /**
     * Drains while datagrams arrive, and for the last time when the context stops. Nothing is counted after that, unless the link is pinned: then the next
     * context drains it.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void countsEachDatagram(boolean pinned) {
        ApplicationContextRunner application = application(pinned);
        application.run(context -> {
            context.getBean(VisitsBpf.class).site().create(PORT);
            send(DATAGRAMS);
            assertThat(counts.first.await(1, TimeUnit.MINUTES)).isTrue();
            send(DATAGRAMS);
        });
        send(DATAGRAMS);
        try (LogRecords log = LogRecords.of("dev.nestmap.spring")) {
            application.run(context -> {});
            assertThat(log.only())
                    .isEqualTo(
                            "started with the link of program count to interface lo" + (pinned ? " (taken over)" : ""));
        }

        assertThat(counts.all).hasValue(pinned ? 3 * DATAGRAMS : 2 * DATAGRAMS);
    }

    @Test
    void theStartNamesMapsThatWait() {
        try (VisitsBpf failing =
                VisitsBpf.open().pins(PinOptions.in(fs.path("visits"))).load()) {
            failing.site().create(PORT).put(new Visit(1, 2));
            assertThatThrownBy(() -> failing.site().drainAll(drained -> {
                        throw new IllegalStateException("no database");
                    }))
                    .hasRootCauseMessage("no database");
        }
        try (LogRecords log = LogRecords.of("dev.nestmap.spring")) {
            application(true).run(context -> {});
            assertThat(log.messages())
                    .containsExactly("started with the link of program count to interface lo,"
                            + " displaced maps of site that wait for a drain: 1");
        }
        assertThat(counts.all).hasValue(2);
    }

    @Test
    void aRemovedInterfaceIsVisibleInTheHealth() throws Exception {
        ip("add", "ve0", "type", "veth", "peer", "name", "ve1");
        application(false).withPropertyValues("nestmap.attach.count=xdp ve0").run(context -> {
            HealthIndicator health = context.getBean(HealthIndicator.class);
            assertThat(Objects.requireNonNull(health.health()).getStatus()).isEqualTo(Status.UP);
            ip("delete", "ve0");
            Health down = Objects.requireNonNull(health.health());
            assertThat(down.getStatus()).isEqualTo(Status.DOWN);
            assertThat(down.getDetails().get("detached")).hasToString("[the link of program count to interface ve0]");
        });
    }

    /** Another service has the same pin, or somebody has pinned the link where that service expects its own. */
    @Test
    void aLinkThatRunsAnotherProgramIsVisibleInTheHealth() {
        application(true).run(context -> {
            HealthIndicator health = context.getBean(HealthIndicator.class);
            assertThat(Objects.requireNonNull(health.health()).getStatus()).isEqualTo(Status.UP);
            Path pin = fs.path("visits").resolve("count");
            try (KernelLink taken = Nestmap.openPinnedLink(pin)) {
                taken.update(context.getBean(VisitsBpf.class).program("count_other"));
            }
            Health down = Objects.requireNonNull(health.health());
            assertThat(down.getStatus()).isEqualTo(Status.DOWN);
            assertThat(down.getDetails().get("detached")).hasToString("[the link of program count to interface lo]");
            Nestmap.openPinnedLink(pin).detach();
        });
    }

    /** The command's own tests say what the array has. */
    @Test
    void theEndpointIsThereIfItIsExposedAndListsThePins() {
        application(true).run(context -> assertThat(context).doesNotHaveBean(NestmapEndpoint.class));
        ApplicationContextRunner exposed =
                application(true).withPropertyValues("management.endpoints.web.exposure.include=nestmap");
        exposed.withPropertyValues("management.endpoint.nestmap.directory=" + fs.path("visits"))
                .run(context -> {
                    context.getBean(VisitsBpf.class).site().create(PORT);
                    WebEndpointResponse<String> pins =
                            context.getBean(NestmapEndpoint.class).pins();
                    assertThat(pins.getStatus()).isEqualTo(200);
                    assertThat(pins.getBody())
                            .startsWith("[")
                            .contains(
                                    "\"kind\":\"outer\"",
                                    "\"process\":" + ProcessHandle.current().pid(),
                                    "\"kind\":\"link\"");
                });
        exposed.withPropertyValues("management.endpoint.nestmap.directory=/no/such")
                .run(context -> {
                    WebEndpointResponse<String> pins =
                            context.getBean(NestmapEndpoint.class).pins();
                    assertThat(pins.getStatus()).isEqualTo(500);
                    assertThat(pins.getBody()).startsWith("nestmap: there is no directory /no/such");
                });
    }

    /** A plain map in which programs of another version have counted. */
    @Test
    void whatWaitsOfAnotherVersionDegradesTheHealth() throws IOException {
        application(true).run(context -> {});
        Path now = fs.path("visits").resolve("now");
        Files.createDirectory(now.resolve("total-draining-7"));
        Files.createLink(now.resolve("total-draining-7/0-7"), now.resolve("total"));

        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        application(true).run(context -> {
            VisitsBpf bpf = context.getBean(VisitsBpf.class);
            new NestmapMetrics(registry).watch(bpf);
            Health health = Objects.requireNonNull(
                    context.getBean(HealthIndicator.class).health());
            assertThat(health.getStatus().getCode()).isEqualTo("DEGRADED");
            assertThat(health.getDetails()).containsEntry("total maps of another version", 1L);
            assertThat(bpf.keptCounts()).isEqualTo(Map.of("total", 1L));
            assertThat(kept(registry)).isEqualTo(1);
        });
        assertThat(kept(registry)).isNaN();
    }

    private static double kept(MeterRegistry registry) {
        return registry.get("nestmap.kept.maps").tag("map", "total").gauge().value();
    }

    private static void ip(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("ip", "link"));
        line.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(line).inheritIO().start().onExit().join().exitValue())
                .isZero();
    }

    /** Otherwise the program of a pinned link would stay attached without a process that drains. */
    @ParameterizedTest
    @CsvSource({
        "nestmap.pin.missing=missing, nestmap.pin.missing: 0 programs",
        "nestmap.pin.count_other=other, nestmap.pin.count_other needs nestmap.attach.count_other",
        "nestmap.attach.missing=cgroup, nestmap.attach.missing: 0 programs",
        "nestmap.attach.count=section, nestmap.pin.count: if a program is attached to its",
        "nestmap.drain.every=0s, nestmap.drain.every is PT0S",
        "nestmap.drain.every=-1s, nestmap.drain.every is PT-1S",
    })
    void aWrongPropertyLeavesNothingAttached(String property, String message) throws Exception {
        application(true)
                .withPropertyValues(property)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageStartingWith(message));

        assertThat(fs.content()).noneMatch(pin -> pin.endsWith("/count"));
    }

    /** An environment variable can't have the name of this program, and goes before a file. */
    @Test
    void anEnvironmentVariableNamesAProgram() throws Exception {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(NestmapAutoConfiguration.class))
                .withInitializer(context -> {
                    MutablePropertySources sources = context.getEnvironment().getPropertySources();
                    sources.addFirst(new SystemEnvironmentPropertySource(
                            "test-systemEnvironment",
                            Map.of(
                                    "NESTMAP_ATTACH_COUNT_OTHER", "xdp lo",
                                    "NESTMAP_PIN_COUNT_OTHER", "other")));
                    sources.addLast(new MapPropertySource("file", Map.of("nestmap.attach.count_other", "xdp missing")));
                })
                .withBean(Path.class, () -> fs.path("visits"))
                .withBean(Counts.class, () -> counts)
                .withUserConfiguration(Application.class)
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(fs.content()).anyMatch(pin -> pin.endsWith("/other"));
    }

    private ApplicationContextRunner application(boolean pinned) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(NestmapAutoConfiguration.class))
                .withPropertyValues("nestmap.attach.count=xdp lo", "nestmap.drain.every=10ms")
                .withPropertyValues(pinned ? new String[] {"nestmap.pin.count=count"} : new String[0])
                .withBean(Path.class, () -> fs.path("visits"))
                .withBean(Counts.class, () -> counts)
                .withUserConfiguration(Application.class);
    }

    private static void send(int datagrams) {
        try (LoopbackSocket receiver = LoopbackSocket.sharing((int) PORT);
                LoopbackSocket socket = LoopbackSocket.sendingTo(receiver.port())) {
            for (int i = 0; i < datagrams; i++) {
                socket.send("visit");
            }
        }
    }

    record Counts(AtomicLong all, CountDownLatch first) {
        void add(Visit visit) {
            all.addAndGet(visit.count());
            first.countDown();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {
        @Bean
        VisitsBpf visits(Path pins) {
            return VisitsBpf.open().pins(PinOptions.in(pins)).load();
        }

        @Bean
        NestmapDrain drain(VisitsBpf bpf, Counts counts) {
            return NestmapAutoConfigurationTest.drain(bpf, counts::add);
        }
    }
}
