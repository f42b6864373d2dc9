package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.Troth;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadsTest {
    private static final boolean THERE_ARE_VIRTUAL_ONES = Runtime.version().feature() >= 21;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void work_runs_on_virtual_threads_if_spring_says_so_and_the_jvm_has_them(boolean wanted) {
        Services.small()
                .withPropertyValues("spring.threads.virtual.enabled=" + wanted)
                .run(context -> {
                    String thread = context.getBean(Troth.class)
                            .transactAsync("where", tx -> Thread.currentThread().toString())
                            .join();

                    assertThat(thread.startsWith("VirtualThread")).isEqualTo(wanted && THERE_ARE_VIRTUAL_ONES);
                });
    }
}
