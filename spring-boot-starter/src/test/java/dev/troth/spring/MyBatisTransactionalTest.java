package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.spring.SpringStage.NewReview;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.tx.RolledBackException;
import java.util.Objects;
import javax.sql.DataSource;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSessionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mybatis.spring.SqlSessionFactoryBean;
import org.mybatis.spring.SqlSessionTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Mappers of MyBatis as local work; a batch is sent when Spring's transaction is about to commit. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // a transaction waits for its votes by itself
class MyBatisTransactionalTest {
    private final SpringStage stage =
            new SpringStage(PostgresServer.shared(), WithMyBatis.class, SpringStage.WITHOUT_JPA);

    /** Writes articles. */
    interface BlogMapper {
        @Insert("INSERT INTO blogs VALUES (#{id}, 'x')")
        void insert(@Param("id") int id);
    }

    @org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
    @Import(SpringStage.Blog.class)
    static class WithMyBatis {
        @Bean
        SqlSessionFactory sqlSessionFactory(DataSource dataSource) throws Exception {
            SqlSessionFactoryBean factory = new SqlSessionFactoryBean();
            factory.setDataSource(dataSource);
            Configuration configuration = new Configuration();
            configuration.addMapper(BlogMapper.class);
            factory.setConfiguration(configuration);
            return Objects.requireNonNull(factory.getObject());
        }
    }

    private BlogMapper mapper(ExecutorType type) {
        return new SqlSessionTemplate(stage.bean(SqlSessionFactory.class), type).getMapper(BlogMapper.class);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void a_mapper_commits_with_whom_the_method_has_enlisted() throws Exception {
        stage.propagations().required(() -> {
            mapper(ExecutorType.SIMPLE).insert(1);
            stage.template().enlist("review", new NewReview("both"));
        });

        stage.assertBoth();
    }

    @Test
    void a_batch_that_is_sent_at_the_end_is_part_of_the_transaction() throws Exception {
        stage.propagations().required(() -> {
            stage.template().enlist("review", new NewReview("both"));
            mapper(ExecutorType.BATCH).insert(1);
        });

        stage.assertBoth();
    }

    @Test
    void a_batch_that_fails_at_the_end_rolls_back_the_branches() throws Exception {
        assertThatThrownBy(() -> stage.propagations().required(() -> {
                    stage.template().enlist("review", new NewReview("neither"));
                    BlogMapper batch = mapper(ExecutorType.BATCH);
                    batch.insert(1);
                    batch.insert(1);
                }))
                .isInstanceOf(RuntimeException.class);

        stage.assertNeither();
    }

    @Test
    void a_mapper_rolls_back_with_a_refusal() throws Exception {
        assertThatThrownBy(() -> stage.propagations().required(() -> {
                    mapper(ExecutorType.SIMPLE).insert(1);
                    stage.template().enlist("review", new NewReview(SpringStage.REFUSED));
                }))
                .isInstanceOf(RolledBackException.class);

        stage.assertNeither();
    }
}
