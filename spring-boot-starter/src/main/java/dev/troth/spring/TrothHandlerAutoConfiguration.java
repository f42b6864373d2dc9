package dev.troth.spring;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Participants and subscribers of the beans' methods with {@link TrothHandler} and {@link TrothListener}. */
@AutoConfiguration(after = TrothAutoConfiguration.class)
@EnableConfigurationProperties({HandlerProperties.class, TrothProperties.class})
public class TrothHandlerAutoConfiguration {
    @Bean
    static HandlerBeans trothHandlerBeans(
            ConfigurableListableBeanFactory beans, HandlerProperties properties, TrothProperties troth) {
        return new HandlerBeans(beans, properties, troth.tables());
    }
}
