<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="pt" sourcelanguage="en">
<context>
    <name>AboutWindow</name>
    <message>
        <source>About Easel</source>
        <translation>Sobre o Easel</translation>
    </message>
    <message>
        <source>Easel itself</source>
        <translation>O próprio Easel</translation>
    </message>
    <message>
        <source>Easel {version}
Paints pictures from words on this computer, and sends nothing anywhere.
Licence: Apache-2.0. The parts it is made of:</source>
        <translation>Easel {version}
Pinta imagens a partir de palavras neste computador, e não envia nada a lugar nenhum.
Licença: Apache-2.0. As partes de que é feito:</translation>
    </message>
    <message>
        <source>Everything else inside</source>
        <translation>Tudo o mais que está incluído</translation>
    </message>
    <message>
        <source>Icons</source>
        <translation>Ícones</translation>
    </message>
    <message>
        <source>Karlo, where it is downloaded</source>
        <translation>Karlo, se for baixado</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Licenças</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Parte</translation>
    </message>
    <message>
        <source>Pictures that the Starter learned from</source>
        <translation>Imagens com as quais o Starter aprendeu</translation>
    </message>
</context>
<context>
    <name>AdjustmentWindow</name>
    <message>
        <source>Apply</source>
        <translation>Aplicar</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>Calculando…</translation>
    </message>
    <message>
        <source>Show it in the picture</source>
        <translation>Mostrar na imagem</translation>
    </message>
</context>
<context>
    <name>CandidatesPanel</name>
    <message>
        <source>4 more</source>
        <translation>Mais 4</translation>
    </message>
    <message>
        <source>About the pictures</source>
        <translation>Sobre as imagens</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Aceitar</translation>
    </message>
    <message>
        <source>Before and after: how much of the original is shown at the left</source>
        <translation>Antes e depois: quanto do original aparece à esquerda</translation>
    </message>
    <message>
        <source>Click a picture to see it in the frame</source>
        <translation>Clique em uma imagem para vê-la no quadro</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Four more of the same kind, beside these</source>
        <translation>Mais quatro do mesmo tipo, ao lado destas</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>Manter como camada</translation>
    </message>
    <message>
        <source>Painting…</source>
        <translation>Pintando…</translation>
    </message>
    <message>
        <source>Picture {number} of {count} · seed {seed}</source>
        <translation>Imagem {number} de {count} · semente {seed}</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>Imagens desta rodada</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>Rejeitar todas</translation>
    </message>
    <message>
        <source>The original</source>
        <translation>O original</translation>
    </message>
    <message>
        <source>Variations of the chosen picture, as far away as the panel Vary says</source>
        <translation>Variações da imagem escolhida, tão distantes quanto diz o painel Variações</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variar</translation>
    </message>
    <message>
        <source>Your pictures will appear here</source>
        <translation>Suas imagens aparecerão aqui</translation>
    </message>
    <message>
        <source>orig</source>
        <translation>orig</translation>
    </message>
</context>
<context>
    <name>CanvasSurface</name>
    <message>
        <source>Painting…</source>
        <translation>Pintando…</translation>
    </message>
    <message>
        <source>Write a prompt above and press Enter · or drop or paste a picture here</source>
        <translation>Escreva um prompt acima e pressione Enter · ou solte ou cole uma imagem aqui</translation>
    </message>
</context>
<context>
    <name>CanvasView</name>
    <message>
        <source>Canvas</source>
        <translation>Tela</translation>
    </message>
</context>
<context>
    <name>CardPanel</name>
    <message>
        <source>Build an engine for your NVIDIA card? About {download} are downloaded from the index of Python packages, and about {disk} stay on this computer. Libraries of NVIDIA are among them, under NVIDIA&apos;s own licences.</source>
        <translation>Construir um motor para a sua placa NVIDIA? Cerca de {download} são baixados do índice de pacotes Python, e cerca de {disk} ficam neste computador. Bibliotecas da NVIDIA estão entre eles, sob as licenças da própria NVIDIA.</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Placa</translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished">Download</translation>
    </message>
    <message>
        <source>Download and build</source>
        <translation>Baixar e construir</translation>
    </message>
    <message>
        <source>Easel comes with an engine for the processor. This builds one for an NVIDIA card in your own folder, from packages that are downloaded when you ask for it.</source>
        <translation>O Easel vem com um motor para o processador. Isto constrói um para uma placa NVIDIA na sua própria pasta, com pacotes baixados quando você pede.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Manter</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Agora não</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>No disco</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
    </message>
    <message>
        <source>Remove the engine for your NVIDIA card? {size} are deleted; Easel then paints on the processor. It can be built again.</source>
        <translation>Remover o motor para a sua placa NVIDIA? {size} são apagados; o Easel então pinta no processador. Ele pode ser construído de novo.</translation>
    </message>
    <message>
        <source>Use my NVIDIA card</source>
        <translation>Usar minha placa NVIDIA</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>cerca de {size}</translation>
    </message>
    <message>
        <source>looking for it</source>
        <translation>procurando</translation>
    </message>
    <message>
        <source>made for another version of Easel</source>
        <translation>feito para outra versão do Easel</translation>
    </message>
    <message>
        <source>no NVIDIA card, or no driver for it, was found on this computer</source>
        <translation>nenhuma placa NVIDIA, ou nenhum driver para ela, foi encontrada neste computador</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>pronto</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>iniciando</translation>
    </message>
    <message>
        <source>unfinished</source>
        <translation>inacabado</translation>
    </message>
    <message>
        <source>{name}; its driver is too old, install version 580 or newer</source>
        <translation>{name}; o driver é antigo demais, instale a versão 580 ou uma mais nova</translation>
    </message>
</context>
<context>
    <name>ChannelRow</name>
    <message>
        <source>How much of it: below 0 leads away from it; double-click resets</source>
        <translation>Quanto entra: abaixo de 0 se afasta disso; clique duplo redefine</translation>
    </message>
    <message>
        <source>How much of its style: below 0 leads away from it; double-click resets</source>
        <translation>Quanto entra do seu estilo: abaixo de 0 se afasta dele; clique duplo redefine</translation>
    </message>
    <message>
        <source>Mute: leave it out</source>
        <translation>Mudo: deixar de fora</translation>
    </message>
    <message>
        <source>Picture in the mix</source>
        <translation>Imagem na mistura</translation>
    </message>
    <message>
        <source>Solo: leave all others out</source>
        <translation>Solo: deixar todos os outros de fora</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Motivo</translation>
    </message>
    <message>
        <source>Take it out of the mix</source>
        <translation>Tirar da mistura</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Peso</translation>
    </message>
    <message>
        <source>Weight of its style</source>
        <translation>Peso do seu estilo</translation>
    </message>
    <message>
        <source>Weight of its subject</source>
        <translation>Peso do seu motivo</translation>
    </message>
    <message>
        <source>Words in the mix</source>
        <translation>Palavras na mistura</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>Palavras próximas desta imagem</translation>
    </message>
    <message>
        <source>Words near this picture: add one, or lead away from it</source>
        <translation>Palavras próximas desta imagem: adicionar uma ou afastar-se dela</translation>
    </message>
</context>
<context>
    <name>Clipboard</name>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>Nenhuma camada está escolhida; clique antes em uma na lista de camadas.</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagem colada</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard; copy one and paste again.</source>
        <translation>Não há imagem na área de transferência; copie uma e cole de novo.</translation>
    </message>
    <message>
        <source>There is nothing of “{name}” to copy there; select another part.</source>
        <translation>Não há nada de “{name}” para copiar ali; selecione outra parte.</translation>
    </message>
    <message>
        <source>There is nothing to copy yet; paint or open a picture first.</source>
        <translation>Ainda não há nada para copiar; pinte ou abra uma imagem antes.</translation>
    </message>
    <message>
        <source>This was to be pasted into the picture that was here before; paste it again to have it in this one.</source>
        <translation>Isto deveria ser colado na imagem que estava aqui antes; cole de novo para tê-lo nesta.</translation>
    </message>
</context>
<context>
    <name>ColourWheel</name>
    <message>
        <source>Colour wheel; arrows turn the hue</source>
        <translation>Roda de cores; as setas giram o matiz</translation>
    </message>
</context>
<context>
    <name>ColoursPanel</name>
    <message>
        <source>Colour</source>
        <translation>Cor</translation>
    </message>
    <message>
        <source>Colour as hexadecimal number</source>
        <translation>Cor como número hexadecimal</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>Hex</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>Segunda cor; clique para pintar com ela</translation>
    </message>
    <message>
        <source>Swap the colours</source>
        <translation>Trocar as cores</translation>
    </message>
    <message>
        <source>Swap the colours (X)</source>
        <translation>Trocar as cores (X)</translation>
    </message>
    <message>
        <source>Used before:</source>
        <translation>Usadas antes:</translation>
    </message>
</context>
<context>
    <name>ContactSheet</name>
    <message>
        <source>Contact sheet</source>
        <translation>Folha de contato</translation>
    </message>
    <message>
        <source>Mixes across the pad</source>
        <translation>Misturas por todo o painel</translation>
    </message>
    <message>
        <source>Paint mixes from all over the pad in few steps; choose one to go there</source>
        <translation>Pinta misturas de todo o painel em poucos passos; escolha uma para ir até lá</translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>A result</source>
        <translation>Um resultado</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>Imagem PNG</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>Imagens desta rodada</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>Salvar uma cópia</translation>
    </message>
</context>
<context>
    <name>DetailsSide</name>
    <message>
        <source>About the chosen picture</source>
        <translation>Sobre a imagem escolhida</translation>
    </message>
    <message>
        <source>C&amp;ollections</source>
        <translation>C&amp;oleções</translation>
    </message>
    <message>
        <source>Choose a picture to see how it was made.</source>
        <translation>Escolha uma imagem para ver como foi feita.</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Dados</translation>
    </message>
    <message>
        <source>No words belong to this picture.</source>
        <translation>Nenhuma palavra pertence a esta imagem.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} it was made from</source>
        <translation>
            <numerusform>Mostrar a {count} imagem de que foi feita</numerusform>
            <numerusform>Mostrar as {count} imagens de que foi feita</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} made of it</source>
        <translation>
            <numerusform>Mostrar a {count} imagem feita dela</numerusform>
            <numerusform>Mostrar as {count} imagens feitas dela</numerusform>
        </translation>
    </message>
    <message>
        <source>Show what it was made from</source>
        <translation>Mostrar de que foi feita</translation>
    </message>
    <message>
        <source>Show what was made of it</source>
        <translation>Mostrar o que foi feito dela</translation>
    </message>
    <message>
        <source>T&amp;ags</source>
        <translation>E&amp;tiquetas</translation>
    </message>
    <message>
        <source>The chosen picture</source>
        <translation>A imagem escolhida</translation>
    </message>
    <message>
        <source>What it was made from</source>
        <translation>De que foi feita</translation>
    </message>
    <message>
        <source>What was made of it</source>
        <translation>O que foi feito dela</translation>
    </message>
    <message>
        <source>separated by commas</source>
        <translation>separadas por vírgulas</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are selected</source>
        <translation>
            <numerusform>{count} imagem está selecionada</numerusform>
            <numerusform>{count} imagens estão selecionadas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DifferenceRow</name>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>Até onde</translation>
    </message>
    <message>
        <source>How far the picture goes from the one to the other</source>
        <translation>Até onde a imagem vai de um ao outro</translation>
    </message>
    <message>
        <source>Take this change away</source>
        <translation>Tirar esta mudança</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Para</translation>
    </message>
    <message>
        <source>Use this change</source>
        <translation>Usar esta mudança</translation>
    </message>
    <message>
        <source>Use this change, or leave it out for now</source>
        <translation>Usar esta mudança, ou deixá-la de fora por enquanto</translation>
    </message>
    <message>
        <source>from … (may stay empty)</source>
        <translation>de … (pode ficar vazio)</translation>
    </message>
    <message>
        <source>to …</source>
        <translation>para …</translation>
    </message>
</context>
<context>
    <name>Easel</name>
    <message>
        <source>A copy of unsaved work is being kept again.</source>
        <translation>Uma cópia do trabalho não salvo voltou a ser mantida.</translation>
    </message>
    <message>
        <source>A copy of unsaved work was damaged and cannot be read; it is kept in {folder} for {days_kept} days. Look there if you miss something.</source>
        <translation>Uma cópia de trabalho não salvo estava danificada e não pode ser lida; ela fica em {folder} por {days_kept} dias. Procure lá se sentir falta de algo.</translation>
    </message>
    <message>
        <source>A feather of {feather} cannot be used; choose 0 to 256.</source>
        <translation>Uma suavização de {feather} não é possível; escolha de 0 a 256.</translation>
    </message>
    <message>
        <source>A film needs two ends; put a picture or a text into both places.</source>
        <translation>Um filme precisa de duas pontas; ponha uma imagem ou um texto nos dois lugares.</translation>
    </message>
    <message>
        <source>A hole is painted at the size of the picture; leave the size out, or enlarge the picture first.</source>
        <translation>Um buraco é pintado no tamanho da imagem; deixe o tamanho de fora, ou amplie a imagem antes.</translation>
    </message>
    <message>
        <source>A likeness is a picture; write words into the prompt instead.</source>
        <translation>Um modelo a seguir é uma imagem; escreva as palavras no prompt.</translation>
    </message>
    <message>
        <source>A login page answered instead of the publisher; open a browser, log in to this network, then continue. {kept}</source>
        <translation>Uma página de login respondeu no lugar do editor; abra um navegador, entre nesta rede e depois continue. {kept}</translation>
    </message>
    <message>
        <source>A mask cannot grow by {grow}; choose -256 to 256.</source>
        <translation>Uma máscara não pode crescer {grow}; escolha de -256 a 256.</translation>
    </message>
    <message>
        <source>A mix takes two pictures, or a picture and words; select another picture, or write into the prompt.</source>
        <translation>Uma mistura leva duas imagens, ou uma imagem e palavras; selecione outra imagem, ou escreva no prompt.</translation>
    </message>
    <message>
        <source>A path has two ends; ask for at least 2 pictures.</source>
        <translation>Um caminho tem duas pontas; peça pelo menos 2 imagens.</translation>
    </message>
    <message>
        <source>A picture cannot be enlarged {scale} times; choose 2 or 4.</source>
        <translation>Uma imagem não pode ser ampliada {scale} vezes; escolha 2 ou 4.</translation>
    </message>
    <message>
        <source>A picture of {width} × {height} pixels cannot be worked on; use one of up to {largest_input} pixels on a side.</source>
        <translation>Não é possível trabalhar em uma imagem de {width} × {height} pixels; use uma de até {largest_input} pixels de lado.</translation>
    </message>
    <message>
        <source>A picture that this one was made from is not on this computer, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>Uma imagem de que esta foi feita não está neste computador, por isso ela não pode ser feita de novo; ela está segura como está. Peça variações dela.</translation>
    </message>
    <message>
        <source>A picture&apos;s own noise is found and used by the sampler {sampler} alone; choose it, or let the composition change freely.</source>
        <translation>O ruído próprio de uma imagem só é encontrado e usado pelo amostrador {sampler}; escolha-o, ou deixe a composição mudar livremente.</translation>
    </message>
    <message>
        <source>A second decoder for Kandinsky 2.2 that fills holes and extends pictures.</source>
        <translation>Um segundo decodificador para o Kandinsky 2.2 que preenche buracos e estende imagens.</translation>
    </message>
    <message>
        <source>A small picture is being painted to test the device; nothing of yours changes.</source>
        <translation>Uma pequena imagem está sendo pintada para testar o dispositivo; nada seu é alterado.</translation>
    </message>
    <message>
        <source>A stored embedding has no composition to keep; give the picture, or let the composition change freely.</source>
        <translation>Um embedding guardado não tem composição a manter; dê a imagem, ou deixe a composição mudar livremente.</translation>
    </message>
    <message>
        <source>A weight in the mix is no number; choose one, such as 1.</source>
        <translation>Um peso da mistura não é um número; escolha um, como 1.</translation>
    </message>
    <message>
        <source>A {name} of {scale} cannot be used; choose from 0 to 50.</source>
        <translation>{name} de {scale} não é possível; escolha de 0 a 50.</translation>
    </message>
    <message>
        <source>A {name} of {side} pixels cannot be made; choose 16 to {largest_side}.</source>
        <translation>{name} de {side} pixels não é possível; escolha de 16 a {largest_side}.</translation>
    </message>
    <message>
        <source>Accept picture</source>
        <translation>Aceitar imagem</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Adicionar</translation>
    </message>
    <message>
        <source>Add layer mask</source>
        <translation>Adicionar máscara de camada</translation>
    </message>
    <message>
        <source>An idea is one picture, one text or one stored embedding; give exactly one.</source>
        <translation>Uma ideia é uma imagem, um texto ou um embedding guardado; dê exatamente um.</translation>
    </message>
    <message>
        <source>Another Easel is downloading into this folder; wait until it is done, or pause it.</source>
        <translation>Outro Easel está baixando para esta pasta; espere terminar, ou pause-o.</translation>
    </message>
    <message>
        <source>Another program has changed “{name}” since Easel read or wrote it. Nothing is saved yet; save over it, which keeps what is there now as a backup, or under another name.</source>
        <translation>Outro programa mudou “{name}” desde que o Easel o leu ou gravou. Nada foi salvo ainda; salve por cima, o que guarda o que está lá agora como cópia de segurança, ou com outro nome.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aparência</translation>
    </message>
    <message>
        <source>Apple card</source>
        <translation>Placa Apple</translation>
    </message>
    <message>
        <source>Apply layer mask</source>
        <translation>Aplicar máscara de camada</translation>
    </message>
    <message>
        <source>As the model has it</source>
        <translation>Conforme o modelo</translation>
    </message>
    <message>
        <source>As the model needs it</source>
        <translation>Conforme o modelo precisa</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Como o sistema</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automático</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>Desfoque</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>Giz</translation>
    </message>
    <message>
        <source>Change blend mode</source>
        <translation>Mudar modo de mesclagem</translation>
    </message>
    <message>
        <source>Change guides</source>
        <translation>Mudar guias</translation>
    </message>
    <message>
        <source>Change opacity</source>
        <translation>Mudar opacidade</translation>
    </message>
    <message>
        <source>Change seam</source>
        <translation>Mudar emenda</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>Carvão</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Limpar</translation>
    </message>
    <message>
        <source>Clear mask</source>
        <translation>Limpar máscara</translation>
    </message>
    <message>
        <source>Click a colour to select it · Shift adds, Alt subtracts, both intersect</source>
        <translation>Clique em uma cor para selecioná-la · Shift adiciona, Alt subtrai, os dois fazem interseção</translation>
    </message>
    <message>
        <source>Click or drag to take a colour; Ctrl does the same with every brush</source>
        <translation>Clique ou arraste para pegar uma cor; Ctrl faz o mesmo com qualquer pincel</translation>
    </message>
    <message>
        <source>Click to fill an area of like colour; as a gradient, drag from one colour to the other</source>
        <translation>Clique para preencher uma área de cor parecida; como degradê, arraste de uma cor à outra</translation>
    </message>
    <message>
        <source>Click to go closer, Alt+click to go away, drag sideways for any scale</source>
        <translation>Clique para aproximar, Alt+clique para afastar, arraste para os lados para qualquer escala</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Cor</translation>
    </message>
    <message>
        <source>Colour burn</source>
        <translation>Subexposição de cores</translation>
    </message>
    <message>
        <source>Colour dodge</source>
        <translation>Superexposição de cores</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Cores</translation>
    </message>
    <message>
        <source>Computes on</source>
        <translation>Calcula em</translation>
    </message>
    <message>
        <source>Copy of unsaved work</source>
        <translation>Cópia do trabalho não salvo</translation>
    </message>
    <message>
        <source>Copy or download this file again; your pictures and the other files are not touched.</source>
        <translation>Copie ou baixe este arquivo de novo; suas imagens e os outros arquivos não são tocados.</translation>
    </message>
    <message>
        <source>Corners scale, edges stretch, inside moves, outside turns · Enter applies, Escape undoes</source>
        <translation>Cantos mudam a escala, bordas esticam, dentro move, fora gira · Enter aplica, Escape desfaz</translation>
    </message>
    <message>
        <source>Costs a little time of every picture.</source>
        <translation>Custa um pouco de tempo em cada imagem.</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Recortar</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Escuro</translation>
    </message>
    <message>
        <source>Darken</source>
        <translation>Escurecer</translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation>Decodificador</translation>
    </message>
    <message>
        <source>Decoder guidance</source>
        <translation>Orientação do decodificador</translation>
    </message>
    <message>
        <source>Decoder steps</source>
        <translation>Passos do decodificador</translation>
    </message>
    <message>
        <source>Delete layer</source>
        <translation>Excluir camada</translation>
    </message>
    <message>
        <source>Delete layer mask</source>
        <translation>Excluir máscara de camada</translation>
    </message>
    <message>
        <source>Delete selection</source>
        <translation>Excluir seleção</translation>
    </message>
    <message>
        <source>Deselect</source>
        <translation>Desfazer seleção</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Diferença</translation>
    </message>
    <message>
        <source>Drag inside to move, an edge to resize, outside to draw a new one; Alt: no snapping</source>
        <translation>Arraste dentro para mover, uma borda para redimensionar, fora para traçar um novo; Alt: sem encaixe</translation>
    </message>
    <message>
        <source>Drag to erase · Shift+click: straight line · Shift+drag or [ ]: size</source>
        <translation>Arrastar apaga · Shift+clique: linha reta · Shift+arrastar ou [ ]: tamanho</translation>
    </message>
    <message>
        <source>Drag to move the layer or what is selected of it; Shift: one direction; arrows nudge</source>
        <translation>Arraste para mover a camada ou o que está selecionado nela; Shift: uma direção só; as setas deslocam aos poucos</translation>
    </message>
    <message>
        <source>Drag to move the view; Space does the same with every tool</source>
        <translation>Arraste para mover a vista; Espaço faz o mesmo com qualquer ferramenta</translation>
    </message>
    <message>
        <source>Drag to paint · Shift+click: straight line · Shift+drag or [ ]: size · hold Ctrl: pick a colour</source>
        <translation>Arrastar pinta · Shift+clique: linha reta · Shift+arrastar ou [ ]: tamanho · segurar Ctrl: pegar uma cor</translation>
    </message>
    <message>
        <source>Drag to select · Shift adds, Alt subtracts, both intersect · click: select nothing</source>
        <translation>Arraste para selecionar · Shift adiciona, Alt subtrai, os dois fazem interseção · clique: não selecionar nada</translation>
    </message>
    <message>
        <source>Drag to turn the view; Shift stops every 15 degrees</source>
        <translation>Arraste para girar a vista; Shift para a cada 15 graus</translation>
    </message>
    <message>
        <source>Drag what to keep, Enter cuts, Escape leaves everything as it was</source>
        <translation>Arraste sobre o que deve ficar, Enter recorta, Escape deixa tudo como estava</translation>
    </message>
    <message>
        <source>Draw around an area, or click corners where sides are straight: Enter closes it · Shift adds, Alt subtracts, both intersect</source>
        <translation>Contorne uma área ou, com lados retos, clique nos cantos: Enter a fecha · Shift adiciona, Alt subtrai, os dois fazem interseção</translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation>Duplicar camada</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {parent}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>O Easel não consegue manter uma cópia do trabalho não salvo em {parent}: {error}. Sua imagem não mudou; salve-a, depois abra espaço ali.</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {root}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>O Easel não consegue manter uma cópia do trabalho não salvo em {root}: {error}. Sua imagem não mudou; salve-a, depois abra espaço ali.</translation>
    </message>
    <message>
        <source>Easel cannot look for unsaved work in {root} ({strerror}). Nothing there was changed; check who may read it, then start Easel again.</source>
        <translation>O Easel não consegue procurar trabalho não salvo em {root} ({strerror}). Nada ali foi mudado; verifique quem pode ler a pasta e inicie o Easel de novo.</translation>
    </message>
    <message>
        <source>Easel is still busy with another model; wait for it or pause it.</source>
        <translation>O Easel ainda está ocupado com outro modelo; espere por ele ou pause-o.</translation>
    </message>
    <message>
        <source>Easel is still busy with the card; wait for it or pause it.</source>
        <translation>O Easel ainda está ocupado com a placa; espere ou pause.</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Motor</translation>
    </message>
    <message>
        <source>Enlarged</source>
        <translation>Ampliado</translation>
    </message>
    <message>
        <source>Enlarged {scale} times the picture would have {width} × {height} pixels, more than can be held; choose a smaller factor or crop it first.</source>
        <translation>Ampliada {scale} vezes, a imagem teria {width} × {height} pixels, mais do que cabe; escolha um fator menor ou recorte-a antes.</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Apagar</translation>
    </message>
    <message>
        <source>Erase mask</source>
        <translation>Apagar máscara</translation>
    </message>
    <message>
        <source>Every {deep_every} steps cannot be used; choose 1 to {most_steps_apart}.</source>
        <translation>A cada {deep_every} passos não é possível; escolha de 1 a {most_steps_apart}.</translation>
    </message>
    <message>
        <source>Exclusion</source>
        <translation>Exclusão</translation>
    </message>
    <message>
        <source>Exported to {report}</source>
        <translation>Exportado para {report}</translation>
    </message>
    <message>
        <source>Exported to {report}, but how it was made could not be written into the file.</source>
        <translation>Exportado para {report}, mas não foi possível gravar no arquivo como a imagem foi feita.</translation>
    </message>
    <message>
        <source>Extend picture</source>
        <translation>Estender imagem</translation>
    </message>
    <message>
        <source>Feather of results</source>
        <translation>Suavização dos resultados</translation>
    </message>
    <message>
        <source>Feather selection</source>
        <translation>Suavizar seleção</translation>
    </message>
    <message>
        <source>Files and folders</source>
        <translation>Arquivos e pastas</translation>
    </message>
    <message>
        <source>Files say how they were made</source>
        <translation>Os arquivos dizem como foram feitos</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Preencher</translation>
    </message>
    <message>
        <source>Fill mask</source>
        <translation>Preencher máscara</translation>
    </message>
    <message>
        <source>Filled in</source>
        <translation>Preenchido</translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation>Finalizando</translation>
    </message>
    <message>
        <source>Fix result</source>
        <translation>Fixar resultado</translation>
    </message>
    <message>
        <source>Flatten picture</source>
        <translation>Achatar imagem</translation>
    </message>
    <message>
        <source>Flip layer</source>
        <translation>Inverter camada</translation>
    </message>
    <message>
        <source>Found in {name}: {parts}.</source>
        <translation>Encontrado em {name}: {parts}.</translation>
    </message>
    <message>
        <source>Full (32 bits)</source>
        <translation>Completa (32 bits)</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galeria</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>Degradê</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Group layers</source>
        <translation>Agrupar camadas</translation>
    </message>
    <message>
        <source>Grow selection</source>
        <translation>Expandir seleção</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>Crescimento da máscara</translation>
    </message>
    <message>
        <source>Guidance from {begin} until {end} of the way cannot be used; choose two numbers from 0 to 1, the smaller one first.</source>
        <translation>Uma orientação de {begin} até {end} do caminho não é possível; escolha dois números de 0 a 1, o menor primeiro.</translation>
    </message>
    <message>
        <source>Half (16 bits)</source>
        <translation>Meia (16 bits)</translation>
    </message>
    <message>
        <source>Half takes half the memory and is quicker on cards; a seed may then give a slightly different picture.</source>
        <translation>Meia ocupa metade da memória e é mais rápida em placas; uma semente pode então dar uma imagem um pouco diferente.</translation>
    </message>
    <message>
        <source>Hard light</source>
        <translation>Luz direta</translation>
    </message>
    <message>
        <source>Hide layer</source>
        <translation>Ocultar camada</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Alto contraste</translation>
    </message>
    <message>
        <source>High contrast is black and white with strong outlines.</source>
        <translation>O alto contraste é preto e branco com contornos fortes.</translation>
    </message>
    <message>
        <source>How far a filled-in part reaches beyond its mask; below 0 it stays inside.</source>
        <translation>Quanto uma parte preenchida passa da sua máscara; abaixo de 0 ela fica dentro.</translation>
    </message>
    <message>
        <source>How far a filled-in part takes on the colours around it.</source>
        <translation>Quanto uma parte preenchida assume as cores ao seu redor.</translation>
    </message>
    <message>
        <source>How far new parts take after the rest</source>
        <translation>Quanto as partes novas seguem o resto</translation>
    </message>
    <message>
        <source>How far the meaning of variations may drift</source>
        <translation>Quanto o significado das variações pode se desviar</translation>
    </message>
    <message>
        <source>How far their composition may</source>
        <translation>Quanto a composição delas pode se desviar</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads paint. Fewer leave room for other programs.</source>
        <translation>Quantas threads do processador pintam. Menos deixam espaço para outros programas.</translation>
    </message>
    <message>
        <source>How often a picture that has a project file is written into it. Beside that, unsaved work is kept after every action, for the next start to offer.</source>
        <translation>Com que frequência uma imagem que tem um arquivo de projeto é gravada nele. Além disso, o trabalho não salvo é guardado após cada ação e oferecido no próximo início.</translation>
    </message>
    <message>
        <source>How often the decoder goes over a picture. More take longer and show finer detail.</source>
        <translation>Quantas vezes o decodificador passa por uma imagem. Mais passos demoram mais e mostram detalhes mais finos.</translation>
    </message>
    <message>
        <source>How often the prior refines the idea that it makes of your words.</source>
        <translation>Quantas vezes o prior refina a ideia que faz das suas palavras.</translation>
    </message>
    <message>
        <source>How softly a filled-in part runs into what was there.</source>
        <translation>Com que suavidade uma parte preenchida se funde ao que havia ali.</translation>
    </message>
    <message>
        <source>How strictly the decoder keeps to the idea. Too much makes colours harsh.</source>
        <translation>Com que rigor o decodificador segue a ideia. Demais deixa as cores duras.</translation>
    </message>
    <message>
        <source>How strictly the idea keeps to your words. Less gives more variety.</source>
        <translation>Com que rigor a ideia segue as suas palavras. Menos dá mais variedade.</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>Matiz</translation>
    </message>
    <message>
        <source>Hue and saturation</source>
        <translation>Matiz e saturação</translation>
    </message>
    <message>
        <source>If what you choose is not in this computer, the processor does it. On Linux, Generate ▸ Models… builds an engine for an NVIDIA card.</source>
        <translation>Se o que você escolher não estiver neste computador, o processador faz o trabalho. No Linux, Gerar ▸ Modelos… constrói um motor para uma placa NVIDIA.</translation>
    </message>
    <message>
        <source>In Easel&apos;s own folder</source>
        <translation>Na pasta do Easel</translation>
    </message>
    <message>
        <source>Invert mask</source>
        <translation>Inverter máscara</translation>
    </message>
    <message>
        <source>Invert selection</source>
        <translation>Inverter seleção</translation>
    </message>
    <message>
        <source>Isolate group</source>
        <translation>Isolar grupo</translation>
    </message>
    <message>
        <source>It does not work: the engine failed in a way nobody foresaw. Nothing of yours is lost; choose the processor instead.</source>
        <translation>Não funciona: o motor falhou de um modo imprevisto. Nada seu foi perdido; escolha o processador.</translation>
    </message>
    <message>
        <source>It works: a small picture on “{device}” took {seconds} s.</source>
        <translation>Funciona: uma imagem pequena em “{device}” levou {seconds} s.</translation>
    </message>
    <message>
        <source>Its file is missing; put it back or discard the entry.</source>
        <translation>O arquivo está faltando; coloque-o de volta ou descarte a entrada.</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>Manter como camada</translation>
    </message>
    <message>
        <source>Keep the seed</source>
        <translation>Manter a semente</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Teclas</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Teclado e mouse</translation>
    </message>
    <message>
        <source>Keys of your own</source>
        <translation>Suas próprias teclas</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Large and detailed; 512 to 1024 pixels. A graphics card makes it quick.</source>
        <translation>Grande e detalhado; de 512 a 1024 pixels. Uma placa de vídeo o torna rápido.</translation>
    </message>
    <message>
        <source>Larger files that lose nothing.</source>
        <translation>Arquivos maiores que não perdem nada.</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Camada</translation>
    </message>
    <message>
        <source>Letters, buttons and icons together. Pictures are shown as before.</source>
        <translation>Letras, botões e ícones juntos. As imagens aparecem como antes.</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>Níveis</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Lighten</source>
        <translation>Clarear</translation>
    </message>
    <message>
        <source>Load models in parts</source>
        <translation>Carregar modelos em partes</translation>
    </message>
    <message>
        <source>Load selection</source>
        <translation>Carregar seleção</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Carregando o modelo</translation>
    </message>
    <message>
        <source>Lock layer</source>
        <translation>Bloquear camada</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>Bloquear transparência</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>Explorar ideias</translation>
    </message>
    <message>
        <source>Luminosity</source>
        <translation>Luminosidade</translation>
    </message>
    <message>
        <source>Mask from selection</source>
        <translation>Máscara da seleção</translation>
    </message>
    <message>
        <source>Matching of colours</source>
        <translation>Ajuste das cores</translation>
    </message>
    <message>
        <source>Memory budget</source>
        <translation>Limite de memória</translation>
    </message>
    <message>
        <source>Memory for undo</source>
        <translation>Memória para desfazer</translation>
    </message>
    <message>
        <source>Menus appear at once, nothing slides or fades, and the cursor does not blink.</source>
        <translation>Os menus aparecem na hora, nada desliza nem esmaece, e o cursor não pisca.</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>Mesclar para baixo</translation>
    </message>
    <message>
        <source>Merge group</source>
        <translation>Mesclar grupo</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mistura</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelos</translation>
    </message>
    <message>
        <source>Move frame</source>
        <translation>Mover quadro</translation>
    </message>
    <message>
        <source>Move layer</source>
        <translation>Mover camada</translation>
    </message>
    <message>
        <source>Move selection</source>
        <translation>Mover seleção</translation>
    </message>
    <message>
        <source>Multiply</source>
        <translation>Multiplicação</translation>
    </message>
    <message>
        <source>NVIDIA card</source>
        <translation>Placa NVIDIA</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nunca</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>Novo grupo</translation>
    </message>
    <message>
        <source>New layer</source>
        <translation>Nova camada</translation>
    </message>
    <message>
        <source>New picture</source>
        <translation>Nova imagem</translation>
    </message>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>Nenhuma camada está escolhida; clique antes em uma na lista de camadas.</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>Nenhuma imagem está escolhida; clique antes em uma na bandeja.</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of a picture or text a weight above 0.</source>
        <translation>Não sobraria nenhum estilo nesta mistura; dê ao estilo de uma imagem ou de um texto um peso acima de 0.</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of something a weight.</source>
        <translation>Não sobraria nenhum estilo nesta mistura; dê peso ao estilo de algo.</translation>
    </message>
    <message>
        <source>Noise can only be recovered from pictures; give two pictures or one fixed noise.</source>
        <translation>O ruído só pode ser recuperado de imagens; dê duas imagens ou um ruído fixo.</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Not all of {root} could be removed ({strerror}); quit Easel&apos;s other windows and remove the folder by hand.</source>
        <translation>Nem tudo em {root} pôde ser removido ({strerror}); feche as outras janelas do Easel e remova a pasta à mão.</translation>
    </message>
    <message>
        <source>Nothing is empty or marked in these frames; choose a side, or erase what is to be painted.</source>
        <translation>Não há nada vazio nem marcado nestes quadros; escolha um lado ou apague o que deve ser pintado.</translation>
    </message>
    <message>
        <source>Nothing is in the mix yet; put in a picture or write a text.</source>
        <translation>Ainda não há nada na mistura; ponha uma imagem ou escreva um texto.</translation>
    </message>
    <message>
        <source>Nothing is marked; erase or select what is to be painted, or generate instead.</source>
        <translation>Nada está marcado; apague ou selecione o que deve ser pintado, ou use Gerar.</translation>
    </message>
    <message>
        <source>Nothing is selected; select a part of the picture first.</source>
        <translation>Nada está selecionado; selecione antes uma parte da imagem.</translation>
    </message>
    <message>
        <source>Nothing is selected; select something first.</source>
        <translation>Nada está selecionado; selecione algo primeiro.</translation>
    </message>
    <message>
        <source>Nothing is to be changed yet; write what the picture should become.</source>
        <translation>Ainda não há nada a mudar; escreva o que a imagem deve virar.</translation>
    </message>
    <message>
        <source>Nothing is to be changed; say what the picture should become.</source>
        <translation>Não há nada a mudar; diga o que a imagem deve virar.</translation>
    </message>
    <message>
        <source>Nothing of the work kept in {folder} can be read; the folder was not changed. Look for another copy of the picture.</source>
        <translation>Nada do trabalho mantido em {folder} pode ser lido; a pasta não foi mudada. Procure outra cópia da imagem.</translation>
    </message>
    <message>
        <source>Nothing would be left of the selection; it stays as it was. Try a smaller number.</source>
        <translation>Não sobraria nada da seleção; ela fica como estava. Tente um número menor.</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give a picture or text a weight above 0, and look whether it is muted.</source>
        <translation>Não sobraria nada desta mistura; dê a uma imagem ou a um texto um peso acima de 0, e veja se está mudo.</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give something a weight.</source>
        <translation>Não sobraria nada desta mistura; dê peso a algo.</translation>
    </message>
    <message>
        <source>Of files that you export. Smaller numbers make smaller files.</source>
        <translation>Dos arquivos que você exporta. Números menores fazem arquivos menores.</translation>
    </message>
    <message>
        <source>On a path</source>
        <translation>Em um caminho</translation>
    </message>
    <message>
        <source>Only pictures can be kept as they are, and one end is a text; put in a picture, or let the ends be painted.</source>
        <translation>Só imagens podem ser mantidas como são, e uma ponta é um texto; ponha uma imagem, ou deixe que as pontas sejam pintadas.</translation>
    </message>
    <message>
        <source>Only the part at work is in memory, and pictures are painted one after the other. Takes least memory and about twice the time.</source>
        <translation>Só a parte em trabalho fica na memória, e as imagens são pintadas uma após a outra. Usa o mínimo de memória e leva cerca do dobro do tempo.</translation>
    </message>
    <message>
        <source>Only {value} % overlaps; move the frame closer to the picture.</source>
        <translation>Só {value}% se sobrepõem; aproxime o quadro da imagem.</translation>
    </message>
    <message>
        <source>Open picture</source>
        <translation>Abrir imagem</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Abrir projeto</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>Sobreposição</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Pintar</translation>
    </message>
    <message>
        <source>Paint layer mask</source>
        <translation>Pintar máscara de camada</translation>
    </message>
    <message>
        <source>Paint mask</source>
        <translation>Pintar máscara</translation>
    </message>
    <message>
        <source>Painted from words</source>
        <translation>Pintado a partir de palavras</translation>
    </message>
    <message>
        <source>Painted over</source>
        <translation>Repintado</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>Pintando</translation>
    </message>
    <message>
        <source>Paints at 64 pixels and enlarges to 256. It has no inpainting checkpoint: known pixels are kept by blending them in while it paints.</source>
        <translation>Pinta em 64 pixels e amplia para 256. Não tem versão para preenchimento: os pixels conhecidos são mantidos misturando-os enquanto pinta.</translation>
    </message>
    <message>
        <source>Pass group through</source>
        <translation>Deixar o grupo passar</translation>
    </message>
    <message>
        <source>Paste picture</source>
        <translation>Colar imagem</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagem</translation>
    </message>
    <message>
        <source>Pictures per run</source>
        <translation>Imagens por rodada</translation>
    </message>
    <message>
        <source>Place picture</source>
        <translation>Colocar imagem</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Precisão</translation>
    </message>
    <message>
        <source>Prior</source>
        <translation>Prior</translation>
    </message>
    <message>
        <source>Prior guidance</source>
        <translation>Orientação do prior</translation>
    </message>
    <message>
        <source>Prior steps</source>
        <translation>Passos do prior</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Processador</translation>
    </message>
    <message>
        <source>Prompt, seed and settings are written into the files that you save and export.</source>
        <translation>O prompt, a semente e as configurações são gravados nos arquivos que você salva e exporta.</translation>
    </message>
    <message>
        <source>Quality of JPEG and WebP</source>
        <translation>Qualidade de JPEG e WebP</translation>
    </message>
    <message>
        <source>Recover unsaved work</source>
        <translation>Recuperar trabalho não salvo</translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation>Recuperação</translation>
    </message>
    <message>
        <source>Reduced motion</source>
        <translation>Movimento reduzido</translation>
    </message>
    <message>
        <source>Rename layer</source>
        <translation>Renomear camada</translation>
    </message>
    <message>
        <source>Reorder layers</source>
        <translation>Reordenar camadas</translation>
    </message>
    <message>
        <source>Restore mask</source>
        <translation>Restaurar máscara</translation>
    </message>
    <message>
        <source>Reworded</source>
        <translation>Reformulado</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>Amostrador</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>Saturação</translation>
    </message>
    <message>
        <source>Save projects by themselves</source>
        <translation>Salvar projetos automaticamente</translation>
    </message>
    <message>
        <source>Save selection</source>
        <translation>Salvar seleção</translation>
    </message>
    <message>
        <source>Saved to {path}</source>
        <translation>Salvo em {path}</translation>
    </message>
    <message>
        <source>Say first what you do want: choose More like this for a picture, or describe it by meaning.</source>
        <translation>Diga antes o que você quer: escolha Mais como esta em uma imagem, ou descreva-a pelo significado.</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Divisão</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Semente</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>Selecionar</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Selecionar tudo</translation>
    </message>
    <message>
        <source>Select layer&apos;s pixels</source>
        <translation>Selecionar pixels da camada</translation>
    </message>
    <message>
        <source>Selection from mask</source>
        <translation>Seleção da máscara</translation>
    </message>
    <message>
        <source>Sharpen</source>
        <translation>Nitidez</translation>
    </message>
    <message>
        <source>Show layer</source>
        <translation>Mostrar camada</translation>
    </message>
    <message>
        <source>Show pictures while they are painted</source>
        <translation>Mostrar imagens enquanto são pintadas</translation>
    </message>
    <message>
        <source>Shrink selection</source>
        <translation>Contrair seleção</translation>
    </message>
    <message>
        <source>Size of everything</source>
        <translation>Tamanho de tudo</translation>
    </message>
    <message>
        <source>Small and quick; comes with Easel. Simple pictures of everyday things.</source>
        <translation>Pequeno e rápido; vem com o Easel. Imagens simples de coisas do dia a dia.</translation>
    </message>
    <message>
        <source>Soft light</source>
        <translation>Luz suave</translation>
    </message>
    <message>
        <source>Some of the unsaved work could not be read and is missing: {names}. What you see is all there is; save it under a new name.</source>
        <translation>Uma parte do trabalho não salvo não pôde ser lida e está faltando: {names}. O que você vê é tudo o que há; salve com um novo nome.</translation>
    </message>
    <message>
        <source>Something on the way changes the files it passes on; try another network. {kept}</source>
        <translation>Algo no caminho altera os arquivos que repassa; tente outra rede. {kept}</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>Força do repinte</translation>
    </message>
    <message>
        <source>Taken in from a file</source>
        <translation>Trazido de um arquivo</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation>Testar dispositivo</translation>
    </message>
    <message>
        <source>The card or its driver failed; nothing of your picture is lost. Paint on the processor, or start Easel again before you try the card once more.</source>
        <translation>A placa ou seu driver falhou; nada da sua imagem foi perdido. Pinte no processador ou reinicie o Easel antes de tentar a placa outra vez.</translation>
    </message>
    <message>
        <source>The disk is full, and {left} GB of the model are still to come. What was downloaded is kept. Free {short} GB and press Continue, or choose another folder for models under Edit ▸ Settings…, where the download begins anew.</source>
        <translation>O disco está cheio e ainda faltam {left} GB do modelo. O que foi baixado fica guardado. Libere {short} GB e pressione “Continuar”, ou escolha outra pasta para os modelos em Editar ▸ Configurações…, onde o download recomeça.</translation>
    </message>
    <message>
        <source>The disk is full. {kept} Free {need} GB, then continue.</source>
        <translation>O disco está cheio. {kept} Libere {need} GB, depois continue.</translation>
    </message>
    <message>
        <source>The download was sent on to {place}, which is not on Easel&apos;s list, so it was stopped; what is here is kept. Try another network or mirror.</source>
        <translation>O download foi desviado para {place}, que não está na lista do Easel, por isso foi parado; o que está aqui fica guardado. Tente outra rede ou espelho.</translation>
    </message>
    <message>
        <source>The download was sent round in circles; try another network or mirror.</source>
        <translation>O download andou em círculos; tente outra rede ou espelho.</translation>
    </message>
    <message>
        <source>The download was stopped; what is here is kept.</source>
        <translation>O download foi parado; o que está aqui fica guardado.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly; nothing of your picture is lost. Press Generate to start it again.</source>
        <translation>O motor parou inesperadamente; nada da sua imagem se perdeu. Pressione Gerar para iniciá-lo de novo.</translation>
    </message>
    <message>
        <source>The engine that was built for the card cannot be started ({reason}); nothing of your picture is lost. Build it anew or stop using it, under “NVIDIA card”.</source>
        <translation>O motor construído para a placa não pode ser iniciado ({reason}); nada da sua imagem se perdeu. Construa-o de novo ou deixe de usá-lo, em “Placa NVIDIA”.</translation>
    </message>
    <message>
        <source>The engine was built, but computes on “{device}”: it finds no NVIDIA card that it can use. Install the newest driver for the card, then continue.</source>
        <translation>O motor foi construído, mas calcula em “{device}”: não encontra nenhuma placa NVIDIA que possa usar. Instale o driver mais novo da placa, depois continue.</translation>
    </message>
    <message>
        <source>The fastest there is</source>
        <translation>O mais rápido que houver</translation>
    </message>
    <message>
        <source>The file {path} of {title} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>O arquivo {path} de {title} não está neste computador; baixe o modelo ou escolha a pasta em que está.</translation>
    </message>
    <message>
        <source>The files of {missing} are damaged or not where they were, so nothing is painted with it. Your pictures are safe; say where the files are, get them again, or paint with the Starter for now.</source>
        <translation>Os arquivos de {missing} estão danificados ou não estão onde estavam, então nada é pintado com ele. Suas imagens estão seguras; diga onde estão os arquivos, obtenha-os de novo ou pinte por ora com o Starter.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written to ({strerror}); choose another one.</source>
        <translation>Não é possível gravar na pasta {folder} ({strerror}); escolha outra.</translation>
    </message>
    <message>
        <source>The folder {folder} does not hold the {part} of a model that Easel knows; its shapes are others. Nothing was changed; choose another folder.</source>
        <translation>A pasta {folder} não contém a parte {part} de um modelo que o Easel conhece; as formas são outras. Nada foi mudado; escolha outra pasta.</translation>
    </message>
    <message>
        <source>The folder “{name}” could not be made in {parent}; nothing was written. Choose another place.</source>
        <translation>A pasta “{name}” não pôde ser criada em {parent}; nada foi gravado. Escolha outro lugar.</translation>
    </message>
    <message>
        <source>The gallery cannot search by meaning: nothing can be written into {cache}. Your pictures are safe; make room there and search again.</source>
        <translation>A galeria não consegue buscar por significado: nada pode ser gravado em {cache}. Suas imagens estão seguras; abra espaço ali e busque de novo.</translation>
    </message>
    <message>
        <source>The gallery in {parent} cannot be read or written; nothing there was changed. Check that the disk has room and that you may write there, then start Easel again.</source>
        <translation>A galeria em {parent} não pode ser lida nem gravada; nada ali foi mudado. Verifique se o disco tem espaço e se você pode gravar nele, depois inicie o Easel de novo.</translation>
    </message>
    <message>
        <source>The gallery is in use by another Easel window; pictures made in this one are kept as files and listed at the next start. Close one of the two windows.</source>
        <translation>A galeria está em uso por outra janela do Easel; as imagens feitas nesta ficam guardadas como arquivos e aparecem na lista no próximo início. Feche uma das duas janelas.</translation>
    </message>
    <message>
        <source>The gallery was written by a later Easel and is left as it is; pictures made now are kept as files. Update Easel to see them all.</source>
        <translation>A galeria foi gravada por um Easel mais novo e fica como está; as imagens feitas agora ficam guardadas como arquivos. Atualize o Easel para ver todas.</translation>
    </message>
    <message>
        <source>The gallery&apos;s list in {parent} was damaged; your pictures are safe in the folder beside it, and the list is made anew from them.</source>
        <translation>A lista da galeria em {parent} estava danificada; suas imagens estão seguras na pasta ao lado, e a lista é refeita a partir delas.</translation>
    </message>
    <message>
        <source>The index of packages has another {name} than the one on Easel&apos;s list, so nothing was fetched. Try another index, or look for a newer Easel.</source>
        <translation>O índice de pacotes tem outro {name} que não o da lista do Easel, por isso nada foi baixado. Tente outro índice, ou procure um Easel mais novo.</translation>
    </message>
    <message>
        <source>The keys of the program that you know.</source>
        <translation>As teclas do programa que você conhece.</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with a picture on it.</source>
        <translation>A camada “{name}” está vazia; escolha uma com uma imagem.</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with something on it.</source>
        <translation>A camada “{name}” está vazia; escolha uma com algo nela.</translation>
    </message>
    <message>
        <source>The layer “{name}” is hidden; show it to paint on it.</source>
        <translation>A camada “{name}” está oculta; mostre-a para pintar nela.</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to change it.</source>
        <translation>A camada “{name}” está bloqueada; desbloqueie-a para mudá-la.</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to move it.</source>
        <translation>A camada “{name}” está bloqueada; desbloqueie-a para movê-la.</translation>
    </message>
    <message>
        <source>The list of packages for the card is not understood; try again later, or with another index of packages.</source>
        <translation>A lista de pacotes para a placa não foi entendida; tente mais tarde, ou com outro índice de pacotes.</translation>
    </message>
    <message>
        <source>The list of words ({name}) is not on this computer; it comes with Easel, so install Easel again.</source>
        <translation>A lista de palavras ({name}) não está neste computador; ela vem com o Easel, então instale o Easel de novo.</translation>
    </message>
    <message>
        <source>The mask is not of the picture&apos;s size; draw it anew.</source>
        <translation>A máscara não tem o tamanho da imagem; trace-a de novo.</translation>
    </message>
    <message>
        <source>The mirror&apos;s address is not understood; it has to begin with https:// and a host.</source>
        <translation>O endereço do espelho não foi entendido; ele tem de começar com https:// e um servidor.</translation>
    </message>
    <message>
        <source>The model file {folder} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>O arquivo de modelo {folder} não está neste computador; baixe o modelo ou escolha a pasta em que está.</translation>
    </message>
    <message>
        <source>The model file {parent} is not on this computer but {name} needs it; copy or download it again.</source>
        <translation>O arquivo de modelo {parent} não está neste computador mas {name} precisa dele; copie-o ou baixe-o de novo.</translation>
    </message>
    <message>
        <source>The model file {path} cannot be read ({strerror}); check that it is there and may be read, or copy it again.</source>
        <translation>O arquivo de modelo {path} não pode ser lido ({strerror}); verifique se está ali e se pode ser lido, ou copie-o de novo.</translation>
    </message>
    <message>
        <source>The model file {pickled} is pickled, and opening such a file could run any program hidden in it; get the model as .safetensors and put that in its place.</source>
        <translation>O arquivo de modelo {pickled} é do tipo pickle, e abrir um arquivo assim poderia executar qualquer programa escondido nele; obtenha o modelo como .safetensors e coloque-o no lugar.</translation>
    </message>
    <message>
        <source>The model {title} cannot do this; choose another model for it.</source>
        <translation>O modelo {title} não sabe fazer isso; escolha outro modelo.</translation>
    </message>
    <message>
        <source>The model&apos;s arithmetic went out of range and no picture could be made of it; nothing is lost, choose a lower guidance, another sampler or another seed.</source>
        <translation>O cálculo do modelo saiu dos limites e nenhuma imagem pôde ser feita; nada se perdeu, escolha uma orientação menor, outro amostrador ou outra semente.</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is damaged; install the model again, your pictures are safe.</source>
        <translation>O arquivo {path} do modelo está danificado; instale o modelo de novo, suas imagens estão seguras.</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is missing; install the model again, your pictures are safe.</source>
        <translation>O arquivo {path} do modelo está faltando; instale o modelo de novo, suas imagens estão seguras.</translation>
    </message>
    <message>
        <source>The most that a model may take. With less it is loaded in parts, which is slower.</source>
        <translation>O máximo que um modelo pode ocupar. Com menos ele é carregado em partes, o que é mais lento.</translation>
    </message>
    <message>
        <source>The other side {fault} Nothing was fetched from it; {kept}</source>
        <translation>O servidor {fault} Nada foi baixado dele; {kept}</translation>
    </message>
    <message>
        <source>The picture has more than {most_layers} layers, or groups more than {deepest} deep, which is more than a project holds; nothing was written. Merge some of them and save again.</source>
        <translation>A imagem tem mais de {most_layers} camadas, ou grupos com mais de {deepest} níveis, mais do que cabe em um projeto; nada foi gravado. Mescle algumas e salve de novo.</translation>
    </message>
    <message>
        <source>The picture has more than {most_saved} saved selections or {most_guides} guides, which is more than a project holds; nothing was written. Remove some of them and save again.</source>
        <translation>A imagem tem mais de {most_saved} seleções salvas ou {most_guides} guias, mais do que cabe em um projeto; nada foi gravado. Remova algumas e salve de novo.</translation>
    </message>
    <message>
        <source>The picture is kept in the gallery, but how it was made could not be written down. Accept or export it as usual.</source>
        <translation>A imagem está guardada na galeria, mas não foi possível anotar como foi feita. Aceite-a ou exporte-a como de costume.</translation>
    </message>
    <message>
        <source>The picture is not in 8-bit RGB or RGBA; convert it first.</source>
        <translation>A imagem não é RGB ou RGBA de 8 bits; converta-a antes.</translation>
    </message>
    <message>
        <source>The picture is {width} pixels long and {name} ends at {largest_side}; nothing was written. Export it as PNG instead.</source>
        <translation>A imagem tem {width} pixels e {name} acaba em {largest_side}; nada foi gravado. Exporte-a como PNG.</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels with all of its layers, more than a project holds; nothing was written. Move or erase what lies far out, or merge some layers, and save again.</source>
        <translation>A imagem abrange {width} × {height} pixels com todas as camadas, mais do que cabe em um projeto; nada foi gravado. Aproxime ou apague o que está muito longe, ou mescle algumas camadas, e salve de novo.</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels, too many for one file; nothing was written. Hide or move layers that lie far out and export again.</source>
        <translation>A imagem abrange {width} × {height} pixels, demais para um só arquivo; nada foi gravado. Oculte ou aproxime as camadas distantes e exporte de novo.</translation>
    </message>
    <message>
        <source>The program uv that came with Easel cannot be started ({strerror}); install Easel anew.</source>
        <translation>O programa uv que veio com o Easel não pode ser iniciado ({strerror}); instale o Easel de novo.</translation>
    </message>
    <message>
        <source>The project would take {megabytes} MB, more than the {most} MB that it may take; nothing was written. Merge some layers, or move a part to another project, and save again.</source>
        <translation>O projeto ocuparia {megabytes} MB, mais do que os {most} MB que pode ocupar; nada foi gravado. Mescle algumas camadas, ou leve uma parte para outro projeto, e salve de novo.</translation>
    </message>
    <message>
        <source>The prompt has {prompt} characters and the model reads only the first few dozen words; shorten it to {longest_prompt} characters or fewer.</source>
        <translation>O prompt tem {prompt} caracteres e o modelo lê só as primeiras dezenas de palavras; encurte-o para {longest_prompt} caracteres ou menos.</translation>
    </message>
    <message>
        <source>The prompt is empty; describe the picture you want in a few words.</source>
        <translation>O prompt está vazio; descreva em poucas palavras a imagem que você quer.</translation>
    </message>
    <message>
        <source>The proxy did not let Easel through ({error}); check its address, name and password. {kept}</source>
        <translation>O proxy não deixou o Easel passar ({error}); verifique o endereço, o nome e a senha. {kept}</translation>
    </message>
    <message>
        <source>The proxy wants a name and a password; write them into its address under “Mirror and proxy”, like http://name:password@proxy.example:8080. {kept}</source>
        <translation>O proxy pede um nome e uma senha; escreva-os no endereço dele, em “Espelho e proxy”, como http://name:password@proxy.example:8080. {kept}</translation>
    </message>
    <message>
        <source>The proxy&apos;s address is not understood; write it like http://proxy.example:8080.</source>
        <translation>O endereço do proxy não foi entendido; escreva-o como http://proxy.example:8080.</translation>
    </message>
    <message>
        <source>The publisher does not have this file any more; look for a newer Easel. {kept}</source>
        <translation>O editor não tem mais este arquivo; procure um Easel mais novo. {kept}</translation>
    </message>
    <message>
        <source>The publisher does not let everybody have this model; accept its licence on the publisher&apos;s page, write an access token of yours under “Mirror and proxy”, then continue. {kept}</source>
        <translation>O editor não entrega este modelo a qualquer pessoa; aceite a licença na página do editor, digite um token de acesso seu em “Espelho e proxy” e continue. {kept}</translation>
    </message>
    <message>
        <source>The publisher wants an access token for this model; write one under “Mirror and proxy”, then continue. {kept}</source>
        <translation>O editor pede um token de acesso para este modelo; digite um em “Espelho e proxy” e continue. {kept}</translation>
    </message>
    <message>
        <source>The publisher&apos;s name leads to {address} here, which is in a network of somebody&apos;s own, so nothing was asked of it; what is here is kept. If that is as it should be, type the publisher&apos;s address as a mirror, then continue.</source>
        <translation>O nome do editor leva aqui a {address}, que fica numa rede particular; por isso nada lhe foi pedido, e o que já está aqui é mantido. Se é isso mesmo, escreva o endereço do editor como espelho e continue.</translation>
    </message>
    <message>
        <source>The rule by which noise becomes a picture.</source>
        <translation>A regra pela qual o ruído vira imagem.</translation>
    </message>
    <message>
        <source>The seed {seed} cannot be used; choose a whole number from 0 to {largest_seed}.</source>
        <translation>A semente {seed} não é possível; escolha um número inteiro de 0 a {largest_seed}.</translation>
    </message>
    <message>
        <source>The selection holds nothing of this layer; choose another layer or select none.</source>
        <translation>A seleção não contém nada desta camada; escolha outra camada ou não selecione nada.</translation>
    </message>
    <message>
        <source>The selection was changed meanwhile, and is as you left it; try again.</source>
        <translation>A seleção mudou nesse meio-tempo e está como você a deixou; tente de novo.</translation>
    </message>
    <message>
        <source>The settings file</source>
        <translation>O arquivo de configurações</translation>
    </message>
    <message>
        <source>The smaller copy of {name} could not be written ({strerror}); the large file is as it was. Free some room and try again.</source>
        <translation>A cópia reduzida de {name} não pôde ser gravada ({strerror}); o arquivo grande está como estava. Libere espaço e tente de novo.</translation>
    </message>
    <message>
        <source>The smaller copy of {name} reads back differently, so it was not kept and nothing was changed; check the disk.</source>
        <translation>A cópia reduzida de {name} é lida de volta diferente, por isso não foi mantida e nada foi mudado; verifique o disco.</translation>
    </message>
    <message>
        <source>The source answered {status} and refused the download; try again later. {kept}</source>
        <translation>A fonte respondeu {status} e recusou o download; tente de novo mais tarde. {kept}</translation>
    </message>
    <message>
        <source>The source cannot be reached ({broken}). {kept} Check the network, then continue.</source>
        <translation>A fonte não pode ser alcançada ({broken}). {kept} Verifique a rede, depois continue.</translation>
    </message>
    <message>
        <source>The source does not say how long {name} is, or claims far too much; it was not fetched. Try another network or mirror.</source>
        <translation>A fonte não diz o tamanho de {name}, ou anuncia tamanho demais; ele não foi baixado. Tente outra rede ou espelho.</translation>
    </message>
    <message>
        <source>The source has another {name} than the one on Easel&apos;s list ({announced} bytes, not {size}), so it was not fetched. Try another network or mirror, or look for a newer Easel.</source>
        <translation>A fonte tem outro {name} que não o da lista do Easel ({announced} bytes, não {size}), por isso ele não foi baixado. Tente outra rede ou espelho, ou procure um Easel mais novo.</translation>
    </message>
    <message>
        <source>The stored embedding is damaged; use the picture instead.</source>
        <translation>O embedding guardado está danificado; use a imagem.</translation>
    </message>
    <message>
        <source>The test of the device was given up; it says nothing about the device.</source>
        <translation>O teste do dispositivo foi cancelado; ele não diz nada sobre o dispositivo.</translation>
    </message>
    <message>
        <source>The transparency of “{name}” is locked; unlock it to erase.</source>
        <translation>A transparência de “{name}” está bloqueada; desbloqueie-a para apagar.</translation>
    </message>
    <message>
        <source>The upscaler file {path} {fault}; choose another one, or leave it out to use the model&apos;s own.</source>
        <translation>O arquivo de ampliação {path} {fault}; escolha outro, ou deixe-o de fora para usar o do modelo.</translation>
    </message>
    <message>
        <source>The wheel moves the view, and zooms with Ctrl or Alt; otherwise it zooms.</source>
        <translation>A roda move a vista, e dá zoom com Ctrl ou Alt; senão dá zoom.</translation>
    </message>
    <message>
        <source>The wheel scrolls</source>
        <translation>A roda rola</translation>
    </message>
    <message>
        <source>The {name} has {text} characters; shorten it to {longest_prompt}.</source>
        <translation>{name} tem {text} caracteres; encurte para {longest_prompt}.</translation>
    </message>
    <message>
        <source>There is no file {file} and no verb of that name, so nothing was opened; easel --help says what can be written here.</source>
        <translation>Não há arquivo {file} nem verbo com esse nome, por isso nada foi aberto; easel --help diz o que pode ser escrito aqui.</translation>
    </message>
    <message>
        <source>There is no layer to move yet; paint, open or generate a picture first.</source>
        <translation>Ainda não há camada para mover; pinte, abra ou gere uma imagem antes.</translation>
    </message>
    <message>
        <source>There is no model in {folder} that Easel knows. Choose the folder that holds kandinsky-2-2-prior or karlo-v1-alpha, a fine-tune with a folder “unet” or “prior” in it, or a Hugging Face cache.</source>
        <translation>Não há em {folder} nenhum modelo que o Easel conheça. Escolha a pasta que contém kandinsky-2-2-prior ou karlo-v1-alpha, um modelo ajustado com uma pasta “unet” ou “prior” dentro, ou um cache do Hugging Face.</translation>
    </message>
    <message>
        <source>There is no picture to reword yet; put one in, such as what the frame shows.</source>
        <translation>Ainda não há imagem para reformular; ponha uma, como o que o quadro mostra.</translation>
    </message>
    <message>
        <source>There is no picture yet; paint, open or generate one first.</source>
        <translation>Ainda não há imagem; pinte, abra ou gere uma antes.</translation>
    </message>
    <message>
        <source>There is no room for the smaller copy of {name}: it needs {size} GB until the large file is gone. Nothing was changed; free some room and try again.</source>
        <translation>Não há espaço para a cópia reduzida de {name}: ela precisa de {size} GB até que o arquivo grande desapareça. Nada foi mudado; libere espaço e tente de novo.</translation>
    </message>
    <message>
        <source>There is no sampler called {sampler}; choose one of {samplers}.</source>
        <translation>Não há amostrador chamado {sampler}; escolha um de {samplers}.</translation>
    </message>
    <message>
        <source>There is no screen to open a window on, so nothing was opened; set DISPLAY, or paint without a window: easel --help names the verbs.</source>
        <translation>Não há tela em que abrir uma janela, por isso nada foi aberto; defina DISPLAY, ou pinte sem janela: easel --help lista os verbos.</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. Choose fewer or smaller pictures, or close other programs.</source>
        <translation>Não há memória suficiente para esta imagem; seu trabalho está seguro. Escolha menos imagens ou imagens menores, ou feche outros programas.</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. {side} × {side_2} pixels should fit, so choose that or fewer pictures, or close other programs.</source>
        <translation>Não há memória suficiente para esta imagem; seu trabalho está seguro. {side} × {side_2} pixels devem caber; escolha esse tamanho ou menos imagens, ou feche outros programas.</translation>
    </message>
    <message>
        <source>There is not enough room in {folder}: {need} GB are needed, with some to spare. Nothing was fetched; free {short} GB or choose another folder, then try again.</source>
        <translation>Não há espaço suficiente em {folder}: são necessários {need} GB, com alguma folga. Nada foi baixado; libere {short} GB ou escolha outra pasta, depois tente de novo.</translation>
    </message>
    <message>
        <source>There is nothing to embed; give a picture or a text.</source>
        <translation>Não há nada de que fazer um embedding; dê uma imagem ou um texto.</translation>
    </message>
    <message>
        <source>There is nothing to erase yet; paint, open or generate a picture first.</source>
        <translation>Ainda não há nada para apagar; pinte, abra ou gere uma imagem antes.</translation>
    </message>
    <message>
        <source>There is nothing to go back to yet; accept a result that this model painted, and it is a bead of this line.</source>
        <translation>Ainda não há nada a que voltar; aceite um resultado pintado por este modelo e ele será uma conta desta linha.</translation>
    </message>
    <message>
        <source>There is nothing to paint more of yet; generate a picture first.</source>
        <translation>Ainda não há nada de que pintar mais; gere uma imagem antes.</translation>
    </message>
    <message>
        <source>There is only one picture of this kind; ask for variations of it.</source>
        <translation>Só há uma imagem deste tipo; peça variações dela.</translation>
    </message>
    <message>
        <source>This copy of Easel has no uv; install Easel anew.</source>
        <translation>Esta cópia do Easel não tem o uv; instale o Easel de novo.</translation>
    </message>
    <message>
        <source>This is an inspection; it paints nothing.</source>
        <translation>Isto é uma inspeção; não pinta nada.</translation>
    </message>
    <message>
        <source>This is painted after what is being painted now.</source>
        <translation>Isto será pintado depois do que está sendo pintado agora.</translation>
    </message>
    <message>
        <source>This layer is empty; undo what emptied it, or ask anew.</source>
        <translation>Esta camada está vazia; desfaça o que a esvaziou, ou peça de novo.</translation>
    </message>
    <message>
        <source>This layer was mixed or enlarged from others; ask for it where it came from, or for variations of it.</source>
        <translation>Esta camada foi misturada ou ampliada a partir de outras; peça-a de onde veio, ou peça variações dela.</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words; search by words instead.</source>
        <translation>Este modelo não sabe comparar imagens com palavras; busque por palavras.</translation>
    </message>
    <message>
        <source>This model is not complete on this computer; get it first.</source>
        <translation>Este modelo não está completo neste computador; obtenha-o antes.</translation>
    </message>
    <message>
        <source>This needs about {needed} of memory and {free} are free. Nothing was begun and your work is safe; paint smaller, close other programs, or try it all the same.</source>
        <translation>Isto precisa de cerca de {needed} de memória e {free} estão livres. Nada foi começado e seu trabalho está seguro; pinte menor, feche outros programas ou tente assim mesmo.</translation>
    </message>
    <message>
        <source>This picture does not say how it was made, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>Esta imagem não diz como foi feita, por isso não pode ser feita de novo; ela está segura como está. Peça variações dela.</translation>
    </message>
    <message>
        <source>This picture is not in the gallery any more; choose another one.</source>
        <translation>Esta imagem não está mais na galeria; escolha outra.</translation>
    </message>
    <message>
        <source>This picture was made by the model “{model}”, which is not the one in use; it is safe as it is. Choose that model and try again.</source>
        <translation>Esta imagem foi feita pelo modelo “{model}”, que não é o que está em uso; ela está segura como está. Escolha esse modelo e tente de novo.</translation>
    </message>
    <message>
        <source>This picture was made by the model “{title}”, which is not the one in use: of these words and this seed it makes another picture. Choose that model to make the same again.</source>
        <translation>Esta imagem foi feita pelo modelo “{title}”, que não é o que está em uso: destas palavras e desta semente sairá outra imagem. Escolha esse modelo para fazer a mesma de novo.</translation>
    </message>
    <message>
        <source>This stored embedding was made by another model than {title}; use the picture it came from, or choose that model.</source>
        <translation>Este embedding guardado foi feito por um modelo diferente de {title}; use a imagem de onde veio, ou escolha esse modelo.</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Transform</source>
        <translation>Transformar</translation>
    </message>
    <message>
        <source>Transform layer</source>
        <translation>Transformar camada</translation>
    </message>
    <message>
        <source>Ungroup layers</source>
        <translation>Desagrupar camadas</translation>
    </message>
    <message>
        <source>Unlock layer</source>
        <translation>Desbloquear camada</translation>
    </message>
    <message>
        <source>Unlock transparency</source>
        <translation>Desbloquear transparência</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>Variação</translation>
    </message>
    <message>
        <source>Variations are made of a picture; to paint a text, generate it.</source>
        <translation>Variações são feitas de uma imagem; para pintar um texto, use Gerar.</translation>
    </message>
    <message>
        <source>WebP without loss</source>
        <translation>WebP sem perda</translation>
    </message>
    <message>
        <source>What Easel itself says. Prompts are understood in English, whatever stands here.</source>
        <translation>O que o próprio Easel diz. Os prompts são entendidos em inglês, seja qual for a escolha aqui.</translation>
    </message>
    <message>
        <source>What earlier states of the picture may take. Beyond it the oldest are forgotten.</source>
        <translation>O que os estados anteriores da imagem podem ocupar. Além disso os mais antigos são esquecidos.</translation>
    </message>
    <message>
        <source>What is here is kept.</source>
        <translation>O que está aqui fica guardado.</translation>
    </message>
    <message>
        <source>What you changed of them.</source>
        <translation>O que você mudou nelas.</translation>
    </message>
    <message>
        <source>Where every finished picture is kept. Pictures made before stay where they are.</source>
        <translation>Onde cada imagem pronta é guardada. As feitas antes ficam onde estão.</translation>
    </message>
    <message>
        <source>Where it is kept after every action, for the next start after a crash. It may be another disk.</source>
        <translation>Onde fica guardada após cada ação, para o início depois de uma falha. Pode ser outro disco.</translation>
    </message>
    <message>
        <source>Where models that you get are kept. Models got before stay where they are.</source>
        <translation>Onde são guardados os modelos que você obtém. Os obtidos antes ficam onde estão.</translation>
    </message>
    <message>
        <source>Words cannot be reworded; put in a picture.</source>
        <translation>Palavras não podem ser reformuladas; ponha uma imagem.</translation>
    </message>
    <message>
        <source>You paint the layer itself again.</source>
        <translation>Você pinta de novo na própria camada.</translation>
    </message>
    <message>
        <source>You paint the layer&apos;s mask now: black hides, white shows. “Paint the layer, not its mask” leads back.</source>
        <translation>Agora você pinta na máscara da camada: preto esconde, branco mostra. “Pintar a camada, não a máscara” leva de volta.</translation>
    </message>
    <message>
        <source>Your unsaved work is back; save it to keep it.</source>
        <translation>Seu trabalho não salvo está de volta; salve-o para mantê-lo.</translation>
    </message>
    <message>
        <source>a folder of that name is in the way</source>
        <translation>uma pasta com esse nome está no caminho</translation>
    </message>
    <message>
        <source>an address that is none</source>
        <translation>um endereço que não é válido</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>não pode ser lido</translation>
    </message>
    <message>
        <source>claims a header of {length} bytes, more than any model needs</source>
        <translation>anuncia um cabeçalho de {length} bytes, mais do que qualquer modelo precisa</translation>
    </message>
    <message>
        <source>claims {header} tensors, more than any model needs</source>
        <translation>anuncia {header} tensores, mais do que qualquer modelo precisa</translation>
    </message>
    <message>
        <source>describes a noise schedule that Easel does not know</source>
        <translation>descreve um plano de ruído que o Easel não conhece</translation>
    </message>
    <message>
        <source>does not enlarge colour pictures</source>
        <translation>não amplia imagens coloridas</translation>
    </message>
    <message>
        <source>does not say in which files the model is</source>
        <translation>não diz em que arquivos está o modelo</translation>
    </message>
    <message>
        <source>download the model or choose the folder that holds {repository}</source>
        <translation>baixe o modelo ou escolha a pasta que contém {repository}</translation>
    </message>
    <message>
        <source>gives {name} a size that does not fit its shape</source>
        <translation>dá a {name} um tamanho que não combina com a sua forma</translation>
    </message>
    <message>
        <source>has a certificate for somebody else, so it may not be the publisher.</source>
        <translation>tem um certificado de outra pessoa, por isso pode não ser o editor.</translation>
    </message>
    <message>
        <source>has a certificate that is not valid today; is this computer&apos;s clock right?</source>
        <translation>tem um certificado que não é válido hoje; o relógio deste computador está certo?</translation>
    </message>
    <message>
        <source>has a certificate that nobody this computer trusts has signed. If your company looks into connections, its certificate belongs into the system&apos;s store.</source>
        <translation>tem um certificado que ninguém em quem este computador confia assinou. Se a sua empresa inspeciona conexões, o certificado dela deve estar no repositório do sistema.</translation>
    </message>
    <message>
        <source>has a certificate that this computer does not accept.</source>
        <translation>tem um certificado que este computador não aceita.</translation>
    </message>
    <message>
        <source>has a header that cannot be read</source>
        <translation>tem um cabeçalho que não pode ser lido</translation>
    </message>
    <message>
        <source>has a header that says nothing usable about {name}</source>
        <translation>tem um cabeçalho que não diz nada de útil sobre {name}</translation>
    </message>
    <message>
        <source>has changed since it was published</source>
        <translation>mudou desde que foi publicado</translation>
    </message>
    <message>
        <source>has tensors that overlap or leave gaps</source>
        <translation>tem tensores que se sobrepõem ou deixam lacunas</translation>
    </message>
    <message>
        <source>holds values in {name} that are no numbers (NaN or infinity)</source>
        <translation>contém em {name} valores que não são números (NaN ou infinito)</translation>
    </message>
    <message>
        <source>holds {name}, which another file of the model holds too</source>
        <translation>contém {name}, que outro arquivo do modelo também contém</translation>
    </message>
    <message>
        <source>is a pickle file by another name, which could run programs when opened</source>
        <translation>é um arquivo pickle com outro nome, que poderia executar programas ao ser aberto</translation>
    </message>
    <message>
        <source>is cut off or is no safetensors file</source>
        <translation>está cortado ou não é um arquivo safetensors</translation>
    </message>
    <message>
        <source>is no table of settings</source>
        <translation>não é uma tabela de configurações</translation>
    </message>
    <message>
        <source>is not the model expected here: it also holds {surplus}</source>
        <translation>não é o modelo esperado aqui: contém também {surplus}</translation>
    </message>
    <message>
        <source>is not the model expected here: it lacks {absent}</source>
        <translation>não é o modelo esperado aqui: falta {absent}</translation>
    </message>
    <message>
        <source>is not the model expected here: {sources} is {sizes} where {str} is needed</source>
        <translation>não é o modelo esperado aqui: {sources} é {sizes} onde é preciso {str}</translation>
    </message>
    <message>
        <source>is of a kind that is not known here</source>
        <translation>é de um tipo que não se conhece aqui</translation>
    </message>
    <message>
        <source>is {size} bytes long where its header says {end}</source>
        <translation>tem {size} bytes onde o cabeçalho diz {end}</translation>
    </message>
    <message>
        <source>is {size} bytes long where {size_2} are expected</source>
        <translation>tem {size} bytes onde são esperados {size_2}</translation>
    </message>
    <message>
        <source>it comes with Easel, so install Easel again</source>
        <translation>ela vem com o Easel, então instale o Easel de novo</translation>
    </message>
    <message>
        <source>it has changed at the source</source>
        <translation>mudou na fonte</translation>
    </message>
    <message>
        <source>it stopped sending</source>
        <translation>parou de enviar</translation>
    </message>
    <message>
        <source>it was made smaller because it has too many pixels</source>
        <translation>foi reduzida porque tem pixels demais</translation>
    </message>
    <message>
        <source>its 16 bits per colour were reduced to 8</source>
        <translation>seus 16 bits por cor foram reduzidos a 8</translation>
    </message>
    <message>
        <source>its colour profile could not be used</source>
        <translation>seu perfil de cores não pôde ser usado</translation>
    </message>
    <message>
        <source>its colours for print were converted</source>
        <translation>suas cores de impressão foram convertidas</translation>
    </message>
    <message>
        <source>names a file that is no safetensors file beside it</source>
        <translation>nomeia um arquivo que não é um arquivo safetensors ao lado dele</translation>
    </message>
    <message>
        <source>names a tensor twice</source>
        <translation>nomeia um tensor duas vezes</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>não verificado com o editor</translation>
    </message>
    <message>
        <source>only its first frame was opened</source>
        <translation>só o seu primeiro quadro foi aberto</translation>
    </message>
    <message>
        <source>reading what is here</source>
        <translation>lendo o que está aqui</translation>
    </message>
    <message>
        <source>resembles an upscaler but does not fit together</source>
        <translation>parece um ampliador mas as partes não se encaixam</translation>
    </message>
    <message>
        <source>says 0 for “hidden_size”</source>
        <translation>diz 0 para “hidden_size”</translation>
    </message>
    <message>
        <source>says a number for “{key}” that is too large</source>
        <translation>diz para “{key}” um número grande demais</translation>
    </message>
    <message>
        <source>says {is_value} for {name} where {title} has {must_value}</source>
        <translation>diz {is_value} para {name} onde {title} tem {must_value}</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a list belongs</source>
        <translation>diz {value} para “{key}”, onde vai uma lista</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a number belongs</source>
        <translation>diz {value} para “{key}”, onde vai um número</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a whole number belongs</source>
        <translation>diz {value} para “{key}”, onde vai um número inteiro</translation>
    </message>
    <message>
        <source>stores {name} as whole numbers</source>
        <translation>guarda {name} como números inteiros</translation>
    </message>
    <message>
        <source>stores {name} as {dtype}, which no model of this kind uses</source>
        <translation>guarda {name} como {dtype}, que nenhum modelo deste tipo usa</translation>
    </message>
    <message>
        <source>the connection was cut</source>
        <translation>a conexão foi cortada</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>o disco está cheio</translation>
    </message>
    <message>
        <source>the disk reports an error</source>
        <translation>o disco relata um erro</translation>
    </message>
    <message>
        <source>the folder does not exist</source>
        <translation>a pasta não existe</translation>
    </message>
    <message>
        <source>the name is too long</source>
        <translation>o nome é longo demais</translation>
    </message>
    <message>
        <source>the source cannot continue</source>
        <translation>a fonte não pode continuar</translation>
    </message>
    <message>
        <source>the system refused it</source>
        <translation>o sistema recusou</translation>
    </message>
    <message>
        <source>there is no connection</source>
        <translation>não há conexão</translation>
    </message>
    <message>
        <source>this folder may not be written to</source>
        <translation>não é permitido gravar nesta pasta</translation>
    </message>
    <message>
        <source>waiting for the network</source>
        <translation>esperando pela rede</translation>
    </message>
    <message>
        <source>was cut off while it was being read</source>
        <translation>foi cortado durante a leitura</translation>
    </message>
    <message>
        <source>{article} {name} of {value} cannot be used; choose from 0 to 1.</source>
        <translation>Não se pode usar “{article} {name}” de {value}; escolha de 0 a 1.</translation>
    </message>
    <message>
        <source>{chosen} candidates cannot be compared; choose 1 to {most_images}.</source>
        <translation>{chosen} candidatas não podem ser comparadas; escolha de 1 a {most_images}.</translation>
    </message>
    <message>
        <source>{count} is too few sampling steps for this model; choose at least {least}.</source>
        <translation>{count} passos de amostragem são poucos demais para este modelo; escolha pelo menos {least}.</translation>
    </message>
    <message>
        <source>{count} pictures cannot be made at once; choose 1 to {most_images}.</source>
        <translation>{count} imagens não podem ser feitas de uma vez; escolha de 1 a {most_images}.</translation>
    </message>
    <message>
        <source>{count} sampling steps do not fit into the {train_steps} noise levels of this model; choose fewer steps.</source>
        <translation>{count} passos de amostragem não cabem nos {train_steps} níveis de ruído deste modelo; escolha menos passos.</translation>
    </message>
    <message>
        <source>{error} The damaged one is kept as “{name}”.</source>
        <translation>{error} O danificado fica guardado como “{name}”.</translation>
    </message>
    <message>
        <source>{folder} could not be moved: {error}. Nothing of it is lost; it is offered again at the next start.</source>
        <translation>{folder} não pôde ser movido: {error}. Nada dele se perdeu; será oferecido de novo no próximo início.</translation>
    </message>
    <message>
        <source>{kept} of {count} layers of “{name}” were rescued; save them under another name.</source>
        <translation>{kept} de {count} camadas de “{name}” foram resgatadas; salve-as com outro nome.</translation>
    </message>
    <message>
        <source>{name} arrived damaged and is fetched again.</source>
        <translation>{name} chegou danificado e é baixado de novo.</translation>
    </message>
    <message>
        <source>{name} arrived damaged twice, so the source itself is damaged; it was not kept. Try again later, or another network or mirror.</source>
        <translation>{name} chegou danificado duas vezes, então a própria fonte está danificada; ele não foi mantido. Tente mais tarde, ou outra rede ou espelho.</translation>
    </message>
    <message>
        <source>{name} could not be written into {parent} ({strerror}). {kept} Check the folder or choose another one, then continue.</source>
        <translation>{name} não pôde ser gravado em {parent} ({strerror}). {kept} Verifique a pasta ou escolha outra, depois continue.</translation>
    </message>
    <message>
        <source>{name} is fetched from its beginning: {why}.</source>
        <translation>{name} é baixado desde o começo: {why}.</translation>
    </message>
    <message>
        <source>{path} is damaged and not in Easel&apos;s own folder, so Easel leaves it alone. Replace or remove it, then try again.</source>
        <translation>{path} está danificado e não está na pasta do Easel, por isso o Easel não mexe nele. Substitua-o ou remova-o, depois tente de novo.</translation>
    </message>
    <message>
        <source>{root} cannot be changed ({strerror}).</source>
        <translation>{root} não pode ser mudado ({strerror}).</translation>
    </message>
    <message>
        <source>{root} cannot be written to ({strerror}); check the folder.</source>
        <translation>Não é possível gravar em {root} ({strerror}); verifique a pasta.</translation>
    </message>
    <message>
        <source>{steps} {name} cannot be used; choose from 1 to 1000.</source>
        <translation>{steps} {name} não é possível; escolha de 1 a 1000.</translation>
    </message>
    <message>
        <source>{title} cannot be used: {name} is not on this computer; {advice}.</source>
        <translation>{title} não pode ser usado: {name} não está neste computador; {advice}.</translation>
    </message>
    <message>
        <source>{title} cannot do this kind of work; choose another model.</source>
        <translation>{title} não sabe fazer este tipo de trabalho; escolha outro modelo.</translation>
    </message>
    <message>
        <source>{title} enlarges pictures of up to {largest} pixels a side by itself; choose an upscaler file for this one, or the Starter, which has one.</source>
        <translation>{title} amplia por si só imagens de até {largest} pixels de lado; escolha para esta um arquivo de ampliação, ou o Starter, que tem um.</translation>
    </message>
    <message>
        <source>{title} has no upscaler of its own; choose an upscaler file, or the Starter, which has one.</source>
        <translation>{title} não tem ampliador próprio; escolha um arquivo de ampliação, ou o Starter, que tem um.</translation>
    </message>
    <message>
        <source>{what} could not be read, so Easel starts with its defaults; check who may read and write {path}.</source>
        <translation>{what}: não foi possível ler, por isso o Easel começa com seus padrões; verifique quem pode ler e gravar {path}.</translation>
    </message>
    <message>
        <source>{what} did not succeed ({reason}). What is here is kept. Check the network and the room on the disk, then continue.</source>
        <translation>{what} não deu certo ({reason}). O que está aqui fica guardado. Verifique a rede e o espaço no disco, depois continue.</translation>
    </message>
    <message>
        <source>{what} was damaged or could not be read, so Easel starts with its defaults; the old one is kept as “{name}” in {parent}.</source>
        <translation>{what}: danificado ou ilegível, por isso o Easel começa com seus padrões; o antigo fica guardado como “{name}” em {parent}.</translation>
    </message>
    <message>
        <source>{words} words cannot be listed; choose 0 to 1000.</source>
        <translation>{words} palavras não podem ser listadas; escolha de 0 a 1000.</translation>
    </message>
    <message>
        <source>“{archive_name}” does not fit into the memory that is free now; it was not changed. Close other programs, or make it smaller where it was made.</source>
        <translation>“{archive_name}” não cabe na memória livre agora; ele não foi mudado. Feche outros programas, ou reduza-o onde foi feito.</translation>
    </message>
    <message>
        <source>“{archive_name}” holds more pixels than Easel can open; it was not changed. Open it in the program it was made with and make it smaller.</source>
        <translation>“{archive_name}” contém mais pixels do que o Easel pode abrir; ele não foi mudado. Abra-o no programa em que foi feito e reduza-o.</translation>
    </message>
    <message>
        <source>“{archive_name}” is no OpenRaster file for Easel; it was not changed. Export it from its program as PNG and open that.</source>
        <translation>“{archive_name}” não é um arquivo OpenRaster para o Easel; ele não foi mudado. Exporte-o do seu programa como PNG e abra esse.</translation>
    </message>
    <message>
        <source>“{archive_name}” was opened; {reduced_bits}. The file was not changed, and saving makes a new one.</source>
        <translation>“{archive_name}” foi aberto; {reduced_bits}. O arquivo não foi alterado, e salvar cria um novo.</translation>
    </message>
    <message>
        <source>“{name}” could not be read from {parent}; check that you may open it, or choose another file.</source>
        <translation>“{name}” não pôde ser lido de {parent}; verifique se você pode abri-lo, ou escolha outro arquivo.</translation>
    </message>
    <message>
        <source>“{name}” could not be replaced in {parent}: {error}. It is unchanged, and your picture is whole in “{name_2}” beside it; go on with that, or choose another place.</source>
        <translation>“{name}” não pôde ser substituído em {parent}: {error}. Ele não mudou, e sua imagem está inteira em “{name_2}” ao lado dele; continue com esse arquivo ou escolha outro lugar.</translation>
    </message>
    <message>
        <source>“{name}” could not be saved in {parent}: {error}. Your picture and any older file are unchanged; choose another place.</source>
        <translation>“{name}” não pôde ser salvo em {parent}: {error}. Sua imagem e qualquer arquivo mais antigo não mudaram; escolha outro lugar.</translation>
    </message>
    <message>
        <source>“{name}” does not say how it was made; your picture is unchanged. Drop it as a layer or into the mix instead.</source>
        <translation>“{name}” não diz como foi feito; sua imagem não mudou. Solte-o como camada ou na mistura.</translation>
    </message>
    <message>
        <source>“{name}” exists already and is unchanged; choose that very name to replace it, or another one.</source>
        <translation>“{name}” já existe e não mudou; escolha esse mesmo nome para substituí-lo, ou outro.</translation>
    </message>
    <message>
        <source>“{name}” exists already in {parent} and is unchanged; choose another name.</source>
        <translation>“{name}” já existe em {parent} e não mudou; escolha outro nome.</translation>
    </message>
    <message>
        <source>“{name}” has more than {most_layers} layers, or groups more than {deepest} deep, which is more than Easel opens; it was not changed. Merge some of them in the program it was made with.</source>
        <translation>“{name}” tem mais de {most_layers} camadas, ou grupos com mais de {deepest} níveis, mais do que o Easel abre; não foi alterado. Mescle algumas no programa em que foi feito.</translation>
    </message>
    <message>
        <source>“{name}” is a folder and no picture; your picture is unchanged. Choose a picture file; a folder with a model is chosen under Generate ▸ Models…</source>
        <translation>“{name}” é uma pasta e não uma imagem; sua imagem não mudou. Escolha um arquivo de imagem; uma pasta com um modelo é escolhida em Gerar ▸ Modelos…</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to adjust.</source>
        <translation>“{name}” é um grupo; escolha uma das suas camadas para ajustar.</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to paint on.</source>
        <translation>“{name}” é um grupo; escolha uma das suas camadas para pintar nela.</translation>
    </message>
    <message>
        <source>“{name}” is a model and no picture; your picture is unchanged. Choose the folder it is in under Generate ▸ Models…</source>
        <translation>“{name}” é um modelo e não uma imagem; sua imagem não mudou. Escolha a pasta em que ele está em Gerar ▸ Modelos…</translation>
    </message>
    <message>
        <source>“{name}” is damaged and cannot be opened; your picture is unchanged. Try another copy of the file.</source>
        <translation>“{name}” está danificado e não pode ser aberto; sua imagem não mudou. Tente outra cópia do arquivo.</translation>
    </message>
    <message>
        <source>“{name}” is damaged: {kept} of its {count} layers can be rescued. The file was not changed; open what is left as a copy, or try another copy of the file.</source>
        <translation>“{name}” está danificado: {kept} das suas {count} camadas podem ser resgatadas. O arquivo não foi mudado; abra o que resta como cópia, ou tente outra cópia do arquivo.</translation>
    </message>
    <message>
        <source>“{name}” is damaged; only what other programs see of it was opened.</source>
        <translation>“{name}” está danificado; só o que outros programas veem dele foi aberto.</translation>
    </message>
    <message>
        <source>“{name}” is no project or OpenRaster file, or is damaged beyond rescue; it was not changed. Try another copy of the file.</source>
        <translation>“{name}” não é um projeto nem um arquivo OpenRaster, ou está danificado sem conserto; ele não foi mudado. Tente outra cópia do arquivo.</translation>
    </message>
    <message>
        <source>“{name}” is not a file; choose a picture file.</source>
        <translation>“{name}” não é um arquivo; escolha um arquivo de imagem.</translation>
    </message>
    <message>
        <source>“{name}” is not a picture Easel can read; your picture is unchanged. Choose a PNG, JPEG, WebP, BMP or TIFF file.</source>
        <translation>“{name}” não é uma imagem que o Easel saiba ler; sua imagem não mudou. Escolha um arquivo PNG, JPEG, WebP, BMP ou TIFF.</translation>
    </message>
    <message>
        <source>“{name}” is not there any more: another program has moved or removed it. Nothing is saved yet; save your picture there again, or under another name.</source>
        <translation>“{name}” não está mais lá: outro programa o moveu ou removeu. Nada foi salvo ainda; salve sua imagem lá de novo ou com outro nome.</translation>
    </message>
    <message>
        <source>“{name}” is not there any more; choose another file.</source>
        <translation>“{name}” não está mais ali; escolha outro arquivo.</translation>
    </message>
    <message>
        <source>“{name}” is too large; your picture is unchanged. Make it smaller than {most_pixels} million pixels and open it again.</source>
        <translation>“{name}” é grande demais; sua imagem não mudou. Reduza-o para menos de {most_pixels} milhões de pixels e abra-o de novo.</translation>
    </message>
    <message>
        <source>“{name}” looks like a pickled model, and opening such a file could run any program hidden in it; it was not opened and your picture is unchanged. Get the model as .safetensors and choose its folder under Generate ▸ Models…</source>
        <translation>“{name}” parece um modelo do tipo pickle, e abrir um arquivo assim poderia executar qualquer programa escondido nele; ele não foi aberto e sua imagem não mudou. Obtenha o modelo como .safetensors e escolha a pasta dele em Gerar ▸ Modelos…</translation>
    </message>
    <message>
        <source>“{name}” spans {width} × {height} pixels, more than a project holds of one layer; nothing was written. Erase what lies far out in it, or move a part to another layer, and save again.</source>
        <translation>“{name}” abrange {width} × {height} pixels, mais do que cabe de uma camada em um projeto; nada foi gravado. Apague o que está muito longe nela, ou leve uma parte para outra camada, e salve de novo.</translation>
    </message>
    <message>
        <source>“{name}” was changed by another program; only what that program knows was opened.</source>
        <translation>“{name}” foi mudado por outro programa; só o que esse programa conhece foi aberto.</translation>
    </message>
    <message>
        <source>“{name}” was made by a later version of Easel; it was not changed. Open it there, or export it there as PNG.</source>
        <translation>“{name}” foi feito por uma versão mais nova do Easel; ele não foi mudado. Abra-o nela, ou exporte-o de lá como PNG.</translation>
    </message>
    <message>
        <source>“{name}” was opened without what Easel cannot show: {parts}. The file was not changed, and saving makes a new one. To have these parts too, make pixels of them in the program that made them and open the file again.</source>
        <translation>“{name}” foi aberto sem o que o Easel não consegue mostrar: {parts}. O arquivo não foi alterado, e salvar cria um novo. Para ter também essas partes, transforme-as em pixels no programa que as fez e abra o arquivo de novo.</translation>
    </message>
    <message>
        <source>“{name}” was opened, but these layers mix in ways that Easel does not know and are shown as normal: {layers}. The file was not changed, and saving makes a new one. Choose other blend modes here, or merge these layers in the program that made them and open the file again.</source>
        <translation>“{name}” foi aberto, mas estas camadas se misturam de um modo que o Easel não conhece e são mostradas como normais: {layers}. O arquivo não foi alterado, e salvar cria um novo. Escolha aqui outros modos de mesclagem, ou mescle essas camadas no programa que as fez e abra o arquivo de novo.</translation>
    </message>
    <message>
        <source>“{name}” was opened; what it says beside was left out.</source>
        <translation>“{name}” foi aberto; o que ele diz além disso foi deixado de fora.</translation>
    </message>
    <message>
        <source>“{name}” was opened; {notes}.</source>
        <translation>“{name}” foi aberto; {notes}.</translation>
    </message>
</context>
<context>
    <name>EditsPanel</name>
    <message>
        <source>As it was opened</source>
        <translation>Como foi aberto</translation>
    </message>
    <message>
        <source>History of edits, oldest first</source>
        <translation>Histórico de edições, a mais antiga primeiro</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Another place…</source>
        <translation>Outro lugar…</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Deixar</translation>
    </message>
    <message>
        <source>Open a picture</source>
        <translation>Abrir uma imagem</translation>
    </message>
    <message>
        <source>Open what is left</source>
        <translation>Abrir o que resta</translation>
    </message>
    <message>
        <source>OpenRaster project</source>
        <translation>Projeto OpenRaster</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagem colada</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Imagens</translation>
    </message>
    <message>
        <source>Save it there again</source>
        <translation>Salvar lá de novo</translation>
    </message>
    <message>
        <source>Save over it</source>
        <translation>Salvar por cima</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>Salvar projeto</translation>
    </message>
    <message>
        <source>Save under another name…</source>
        <translation>Salvar com outro nome…</translation>
    </message>
</context>
<context>
    <name>ExportWindow</name>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportar para</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Formato</translation>
    </message>
    <message>
        <source>JPEG — small, without transparency</source>
        <translation>JPEG — pequeno, sem transparência</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Manter</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nome</translation>
    </message>
    <message>
        <source>Name of the file</source>
        <translation>Nome do arquivo</translation>
    </message>
    <message>
        <source>Other folder…</source>
        <translation>Outra pasta…</translation>
    </message>
    <message>
        <source>PNG — without loss, for everything</source>
        <translation>PNG — sem perda, para tudo</translation>
    </message>
    <message>
        <source>PSD — with layers, for Photoshop</source>
        <translation>PSD — com camadas, para o Photoshop</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualidade</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>Substituir</translation>
    </message>
    <message>
        <source>Say in the file how it was made</source>
        <translation>Dizer no arquivo como foi feita</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamanho</translation>
    </message>
    <message>
        <source>TIFF — without loss, for printing</source>
        <translation>TIFF — sem perda, para impressão</translation>
    </message>
    <message>
        <source>WebP — smaller, with transparency</source>
        <translation>WebP — menor, com transparência</translation>
    </message>
    <message>
        <source>Without loss</source>
        <translation>Sem perda</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} pixels</translation>
    </message>
    <message>
        <source>“{name}” is in {folder} already. Replacing it throws the old one away.</source>
        <translation>“{name}” já está em {folder}. Substituí-lo joga fora o antigo.</translation>
    </message>
</context>
<context>
    <name>ExtendWindow</name>
    <message>
        <source>Bottom</source>
        <translation>Abaixo</translation>
    </message>
    <message>
        <source>By {share} on each side</source>
        <translation>{share} de cada lado</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>Estender</translation>
    </message>
    <message>
        <source>Extend the picture</source>
        <translation>Estender a imagem</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>Até onde</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Esquerda</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Direita</translation>
    </message>
    <message>
        <source>The picture would not grow; choose a side or other proportions.</source>
        <translation>A imagem não cresceria; escolha um lado ou outras proporções.</translation>
    </message>
    <message>
        <source>To {name}</source>
        <translation>Para {name}</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>Acima</translation>
    </message>
    <message>
        <source>{width} × {height} pixels, painted in one frame.</source>
        <translation>{width} × {height} pixels, pintados em um quadro.</translation>
    </message>
    <message numerus="yes">
        <source>{width} × {height} pixels, painted in {count} frames.</source>
        <translation>
            <numerusform>{width} × {height} pixels, pintados em {count} quadro.</numerusform>
            <numerusform>{width} × {height} pixels, pintados em {count} quadros.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FailureWindow</name>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
    <message>
        <source>Copy the details</source>
        <translation>Copiar os detalhes</translation>
    </message>
    <message>
        <source>Details of the fault</source>
        <translation>Detalhes da falha</translation>
    </message>
    <message>
        <source>Easel found a fault of its own</source>
        <translation>O Easel encontrou uma falha própria</translation>
    </message>
    <message>
        <source>Something in Easel went wrong that should not have. Your picture is still open: export it if it matters, then start Easel again. The details below help to mend the fault; they contain no picture.</source>
        <translation>Algo deu errado no Easel que não deveria. Sua imagem ainda está aberta: exporte-a se for importante, depois inicie o Easel de novo. Os detalhes abaixo ajudam a corrigir a falha; eles não contêm nenhuma imagem.</translation>
    </message>
</context>
<context>
    <name>FieldsForm</name>
    <message>
        <source>Add</source>
        <translation>Adicionar</translation>
    </message>
    <message>
        <source>Alt turns it round for one drag</source>
        <translation>Alt inverte durante um arraste</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>Livre</translation>
    </message>
    <message>
        <source>As it is now</source>
        <translation>Como está agora</translation>
    </message>
    <message>
        <source>Average over</source>
        <translation>Média sobre</translation>
    </message>
    <message>
        <source>Below 0 a light hand does more, above 0 less; drag the curve as you like it</source>
        <translation>Abaixo de 0 uma mão leve faz mais, acima de 0 menos; arraste a curva como preferir</translation>
    </message>
    <message>
        <source>Black below</source>
        <translation>Preto abaixo de</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>Brilho</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>Giz</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>Carvão</translation>
    </message>
    <message>
        <source>Click each corner; Enter closes the shape</source>
        <translation>Clique em cada canto; Enter fecha a forma</translation>
    </message>
    <message>
        <source>Connected pixels only</source>
        <translation>Só pixels contíguos</translation>
    </message>
    <message>
        <source>Darkest</source>
        <translation>Mais escuro</translation>
    </message>
    <message>
        <source>Diameter of the brush</source>
        <translation>Diâmetro do pincel</translation>
    </message>
    <message>
        <source>Distance of two dabs, of the size</source>
        <translation>Distância entre dois toques, em relação ao tamanho</translation>
    </message>
    <message>
        <source>Drag from the colour to the second one</source>
        <translation>Arraste da cor até a segunda</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Elipse</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>Suavização</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluxo</translation>
    </message>
    <message>
        <source>For pens</source>
        <translation>Para canetas</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>Degradê</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>Dureza</translation>
    </message>
    <message>
        <source>How far a colour may differ in any channel</source>
        <translation>Quanto uma cor pode diferir em qualquer canal</translation>
    </message>
    <message>
        <source>How far the line lags behind the hand</source>
        <translation>Quanto a linha se atrasa em relação à mão</translation>
    </message>
    <message>
        <source>How sharp its rim is</source>
        <translation>Quão nítida é a sua borda</translation>
    </message>
    <message>
        <source>How soft the rim is</source>
        <translation>Quão suave é a borda</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>Matiz</translation>
    </message>
    <message>
        <source>Intersect</source>
        <translation>Interseção</translation>
    </message>
    <message>
        <source>Lightest</source>
        <translation>Mais claro</translation>
    </message>
    <message>
        <source>Lightness</source>
        <translation>Claridade</translation>
    </message>
    <message>
        <source>Look at all layers</source>
        <translation>Olhar todas as camadas</translation>
    </message>
    <message>
        <source>Most that one stroke covers</source>
        <translation>O máximo que um traço cobre</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nova</translation>
    </message>
    <message>
        <source>Of what lies between them</source>
        <translation>Do que está entre elas</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Opacidade</translation>
    </message>
    <message>
        <source>Pressure curve</source>
        <translation>Curva de pressão</translation>
    </message>
    <message>
        <source>Pressure sets the opacity</source>
        <translation>A pressão define a opacidade</translation>
    </message>
    <message>
        <source>Pressure sets the size</source>
        <translation>A pressão define o tamanho</translation>
    </message>
    <message>
        <source>Proportions that the frame takes on and keeps</source>
        <translation>Proporções que o quadro assume e mantém</translation>
    </message>
    <message>
        <source>Radial gradient</source>
        <translation>Degradê radial</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>Raio</translation>
    </message>
    <message>
        <source>Radius around it</source>
        <translation>Raio ao redor</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Retângulo</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>Redondo</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>Saturação</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>Seleção</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forma</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamanho</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Estabilização</translation>
    </message>
    <message>
        <source>Snap to the grid and to edges</source>
        <translation>Encaixar na grade e nas bordas</translation>
    </message>
    <message>
        <source>Spacing</source>
        <translation>Espaçamento</translation>
    </message>
    <message>
        <source>Straight sides</source>
        <translation>Lados retos</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Força</translation>
    </message>
    <message>
        <source>Subtract</source>
        <translation>Subtrair</translation>
    </message>
    <message>
        <source>These levels become black</source>
        <translation>Estes níveis viram preto</translation>
    </message>
    <message>
        <source>These levels become white</source>
        <translation>Estes níveis viram branco</translation>
    </message>
    <message>
        <source>Tip</source>
        <translation>Ponta</translation>
    </message>
    <message>
        <source>To black or white</source>
        <translation>Para preto ou branco</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>Tolerância</translation>
    </message>
    <message>
        <source>Turns all colours</source>
        <translation>Gira todas as cores</translation>
    </message>
    <message>
        <source>What a new selection does to the old one: Shift adds, Alt subtracts, both intersect</source>
        <translation>O que uma nova seleção faz com a antiga: Shift adiciona, Alt subtrai, os dois fazem interseção</translation>
    </message>
    <message>
        <source>What black becomes</source>
        <translation>O que o preto vira</translation>
    </message>
    <message>
        <source>What each dab adds</source>
        <translation>O que cada toque acrescenta</translation>
    </message>
    <message>
        <source>What one dab looks like</source>
        <translation>Como é um toque</translation>
    </message>
    <message>
        <source>What white becomes</source>
        <translation>O que o branco vira</translation>
    </message>
    <message>
        <source>White above</source>
        <translation>Branco acima de</translation>
    </message>
</context>
<context>
    <name>FilmPanel</name>
    <message>
        <source>Animated GIF</source>
        <translation>GIF animado</translation>
    </message>
    <message>
        <source>Animated WebP</source>
        <translation>WebP animado</translation>
    </message>
    <message>
        <source>Begin and end with the very pictures</source>
        <translation>Começar e terminar com as próprias imagens</translation>
    </message>
    <message>
        <source>Film saved to {path}</source>
        <translation>Filme salvo em {path}</translation>
    </message>
    <message>
        <source>Folder of PNG frames</source>
        <translation>Pasta de quadros PNG</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Quadros</translation>
    </message>
    <message>
        <source>Frames of the film</source>
        <translation>Quadros do filme</translation>
    </message>
    <message>
        <source>Milliseconds for each frame</source>
        <translation>Milissegundos por quadro</translation>
    </message>
    <message>
        <source>Number of frames</source>
        <translation>Número de quadros</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>Ritmo</translation>
    </message>
    <message>
        <source>Paint the film</source>
        <translation>Pintar o filme</translation>
    </message>
    <message>
        <source>Recover the noise of both pictures; both have to be pictures</source>
        <translation>Recuperar o ruído das duas imagens; as duas têm de ser imagens</translation>
    </message>
    <message>
        <source>Save the film</source>
        <translation>Salvar o filme</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Salvar…</translation>
    </message>
    <message>
        <source>Swap both ends</source>
        <translation>Trocar as duas pontas</translation>
    </message>
    <message>
        <source>The film</source>
        <translation>O filme</translation>
    </message>
    <message>
        <source>The film plays here</source>
        <translation>O filme passa aqui</translation>
    </message>
    <message>
        <source>There and back</source>
        <translation>Ida e volta</translation>
    </message>
    <message>
        <source>Where the film begins</source>
        <translation>Onde o filme começa</translation>
    </message>
    <message>
        <source>Where the film ends</source>
        <translation>Onde o filme termina</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>All pictures</source>
        <translation>Todas as imagens</translation>
    </message>
    <message>
        <source>Best agreement</source>
        <translation>Melhor concordância</translation>
    </message>
    <message>
        <source>By meaning</source>
        <translation>Por significado</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>Coleção</translation>
    </message>
    <message>
        <source>Compare the pictures themselves with what you write, not their words</source>
        <translation>Comparar com o que você escreve as próprias imagens, não as palavras delas</translation>
    </message>
    <message>
        <source>Describe what you look for: red boats at dusk</source>
        <translation>Descreva o que procura: barcos vermelhos ao anoitecer</translation>
    </message>
    <message>
        <source>Favourites only</source>
        <translation>Só favoritas</translation>
    </message>
    <message>
        <source>Near duplicates in stacks</source>
        <translation>Quase iguais em pilhas</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Mais novas primeiro</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>Mais antigas primeiro</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Ordem</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Search the words of your pictures</source>
        <translation>Buscar nas palavras das suas imagens</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Lixeira</translation>
    </message>
</context>
<context>
    <name>FollowRow</name>
    <message>
        <source>0: the prompt alone says what is painted. 100, or no prompt at all: the rest of the picture does, or the picture put in here</source>
        <translation>0: só o prompt diz o que é pintado. 100, ou sem prompt: o resto da imagem diz, ou a imagem colocada aqui</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Seguir</translation>
    </message>
    <message>
        <source>How far new parts take after it</source>
        <translation>Quanto as partes novas a seguem</translation>
    </message>
    <message>
        <source>New parts take after pictures; write words into the prompt instead.</source>
        <translation>As partes novas seguem imagens; escreva as palavras no prompt.</translation>
    </message>
    <message>
        <source>The &amp;rest of the picture</source>
        <translation>O &amp;resto da imagem</translation>
    </message>
    <message>
        <source>There is nothing to fill; mask, select or erase something first.</source>
        <translation>Não há nada a preencher; primeiro mascare, selecione ou apague algo.</translation>
    </message>
    <message>
        <source>What new parts take after</source>
        <translation>O que as partes novas seguem</translation>
    </message>
</context>
<context>
    <name>FrameLabel</name>
    <message>
        <source>overlap {share} %</source>
        <translation>sobreposição {share}%</translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message>
        <source>, not like {count}</source>
        <translation>, não como {count}</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 imagem</translation>
    </message>
    <message>
        <source>Bring back prompt, seed, frame and mask</source>
        <translation>Trazer de volta prompt, semente, quadro e máscara</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Discarded; bring 1 picture back</source>
        <translation>Descartada; trazer 1 imagem de volta</translation>
    </message>
    <message numerus="yes">
        <source>Discarded; bring {count} pictures back</source>
        <translation>
            <numerusform>Descartada; trazer {count} imagem de volta</numerusform>
            <numerusform>Descartadas; trazer {count} imagens de volta</numerusform>
        </translation>
    </message>
    <message>
        <source>Every picture you make is kept here, in
{folder}

Write a prompt above and press Generate, or drop picture files here.</source>
        <translation>Cada imagem que você faz é guardada aqui, em
{folder}

Escreva um prompt acima e pressione Gerar, ou solte arquivos de imagem aqui.</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>Favorita</translation>
    </message>
    <message>
        <source>Keep away from what it shows</source>
        <translation>Afastar-se do que ela mostra</translation>
    </message>
    <message>
        <source>Like {count} chosen</source>
        <translation>Como {count} escolhidas</translation>
    </message>
    <message>
        <source>Make again</source>
        <translation>Fazer de novo</translation>
    </message>
    <message>
        <source>Mark as a favourite (F)</source>
        <translation>Marcar como favorita (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Misturar</translation>
    </message>
    <message>
        <source>More like it</source>
        <translation>Mais como esta</translation>
    </message>
    <message>
        <source>Nearest in meaning first</source>
        <translation>As mais próximas em significado primeiro</translation>
    </message>
    <message>
        <source>New pictures of the same idea</source>
        <translation>Novas imagens da mesma ideia</translation>
    </message>
    <message>
        <source>No picture has these words</source>
        <translation>Nenhuma imagem tem estas palavras</translation>
    </message>
    <message>
        <source>No picture has these words; these are nearest in meaning</source>
        <translation>Nenhuma imagem tem estas palavras; estas são as mais próximas em significado</translation>
    </message>
    <message>
        <source>No picture here can be compared: other models made them.</source>
        <translation>Nenhuma imagem aqui pode ser comparada: outros modelos as fizeram.</translation>
    </message>
    <message>
        <source>Not like it</source>
        <translation>Não como esta</translation>
    </message>
    <message>
        <source>Nothing here. Change what you look for, or show all pictures.</source>
        <translation>Nada aqui. Mude o que procura, ou mostre todas as imagens.</translation>
    </message>
    <message>
        <source>Open stack</source>
        <translation>Abrir pilha</translation>
    </message>
    <message>
        <source>Paint the very same picture again</source>
        <translation>Pintar de novo exatamente a mesma imagem</translation>
    </message>
    <message>
        <source>Paint what lies between these, or between this and the prompt</source>
        <translation>Pintar o que está entre estas, ou entre esta e o prompt</translation>
    </message>
    <message>
        <source>Pictures of one stack</source>
        <translation>Imagens de uma pilha</translation>
    </message>
    <message>
        <source>Put into the trash for 30 days (Del)</source>
        <translation>Pôr na lixeira por 30 dias (Del)</translation>
    </message>
    <message>
        <source>Put it onto the canvas as a layer (Enter)</source>
        <translation>Pôr na tela como camada (Enter)</translation>
    </message>
    <message>
        <source>Put it onto the mixing desk, to be weighed there</source>
        <translation>Pôr na mesa de mistura, para ser dosada ali</translation>
    </message>
    <message>
        <source>Relatives of a picture</source>
        <translation>Parentes de uma imagem</translation>
    </message>
    <message>
        <source>Save a copy of its file elsewhere</source>
        <translation>Salvar uma cópia do arquivo em outro lugar</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Salvar…</translation>
    </message>
    <message>
        <source>See all that this stack holds</source>
        <translation>Ver tudo o que esta pilha contém</translation>
    </message>
    <message>
        <source>Sort all pictures by how near they are</source>
        <translation>Ordenar todas as imagens pela proximidade</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>A lixeira está vazia.</translation>
    </message>
    <message>
        <source>To canvas</source>
        <translation>Para a tela</translation>
    </message>
    <message>
        <source>To desk</source>
        <translation>Para a mesa</translation>
    </message>
    <message>
        <source>Use settings</source>
        <translation>Usar configurações</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variar</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation>
            <numerusform>{count} imagem</numerusform>
            <numerusform>{count} imagens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GalleryDetails</name>
    <message>
        <source>Agreement with its words {share}</source>
        <translation>Concordância com as palavras {share}</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>Semente {seed}</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} pixels</translation>
    </message>
</context>
<context>
    <name>GalleryGrid</name>
    <message>
        <source>Pictures of the gallery</source>
        <translation>Imagens da galeria</translation>
    </message>
</context>
<context>
    <name>GalleryModel</name>
    <message>
        <source>Picture {number}</source>
        <translation>Imagem {number}</translation>
    </message>
    <message>
        <source>{prompt}, a stack of {count}</source>
        <translation>{prompt}, uma pilha de {count}</translation>
    </message>
</context>
<context>
    <name>GalleryPage</name>
    <message>
        <source>Another folder…</source>
        <translation type="unfinished">Outra pasta…</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>Trazer de volta</translation>
    </message>
    <message numerus="yes">
        <source>Delete {count} for good?</source>
        <translation>
            <numerusform>Excluir {count} imagem para sempre?</numerusform>
            <numerusform>Excluir {count} imagens para sempre?</numerusform>
        </translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>Esvaziar a lixeira</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>Imagem PNG</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>Salvar uma cópia</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Mostrar todas</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>O que é mostrado</translation>
    </message>
</context>
<context>
    <name>GalleryVerbs</name>
    <message>
        <source>Picture of the gallery</source>
        <translation>Imagem da galeria</translation>
    </message>
</context>
<context>
    <name>Guide</name>
    <message>
        <source>4 more paints further ones, Vary paints variations of the chosen one. Drag tiles to the canvas, into a mix, or out of the window. The tray is saved with the project.</source>
        <translation>“Mais 4” pinta outras, “Variar” pinta variações da escolhida. Arraste as miniaturas para a tela, para uma mistura ou para fora da janela. A bandeja é salva com o projeto.</translation>
    </message>
    <message>
        <source>A prompt is written already: press Enter and it is painted, on this computer and without a network. Write your own over it, or drop or paste a picture.</source>
        <translation>Um prompt já está escrito: tecle Enter e ele é pintado, neste computador e sem rede. Escreva o seu por cima, ou solte ou cole uma imagem.</translation>
    </message>
    <message>
        <source>Below each picture: variations, open on the canvas (Enter), mix, mark as a favourite (F), save. The number in its corner is how well it agrees with the prompt, 1 at most.</source>
        <translation>Abaixo de cada imagem: variações, abrir na tela (Enter), misturar, marcar como favorita (F), salvar. O número no canto diz quanto ela concorda com o prompt, 1 no máximo.</translation>
    </message>
    <message>
        <source>Choose in the tray</source>
        <translation>Escolher na bandeja</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. When it ended before you saved, the next start shows what there is, with a small picture: open it and go on.</source>
        <translation>O Easel mantém o trabalho não salvo depois de cada ação. Se ele terminou antes de você salvar, o próximo início mostra o que há, com uma pequena imagem: abra e continue.</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation type="unfinished">Ampliar</translation>
    </message>
    <message>
        <source>Enter in the prompt while something is painted queues the next run. The button beside the progress shows the queue: change its order, take runs out, pause it. Cancel (Esc) stops at once and forgets what waits.</source>
        <translation>Enter no prompt enquanto algo é pintado põe a próxima rodada na fila. O botão ao lado do progresso mostra a fila: mude a ordem, tire rodadas, ponha-a em pausa. Cancelar (Esc) para na hora e esquece o que espera.</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation type="unfinished">Apagar e descrever</translation>
    </message>
    <message>
        <source>Find it again</source>
        <translation>Encontrar de novo</translation>
    </message>
    <message>
        <source>Five things are ready on the first page and in the menu Help: erase and describe, past the edge, a mix, a rewording and a panorama. They run on the Starter, the small model that comes with Easel; Generate ▸ Models… has larger ones.</source>
        <translation>Cinco coisas estão prontas na primeira página e no menu Ajuda: apagar e descrever, além da borda, uma mistura, uma reformulação e um panorama. Elas rodam no Starter, o modelo pequeno que vem com o Easel; Gerar ▸ Modelos… tem outros maiores.</translation>
    </message>
    <message>
        <source>Frame ▸ Extend the picture… plans frames around it, by a share or to proportions. They are painted one after the other, each as one step that undo takes back; Cancel stops, and what is painted stays.</source>
        <translation>Quadro ▸ Estender a imagem… planeja quadros ao redor dela, por uma parte ou até certas proporções. Eles são pintados um após o outro, cada um como um passo que se pode desfazer; Cancelar para, e o que está pintado fica.</translation>
    </message>
    <message>
        <source>Get a larger model</source>
        <translation>Obter um modelo maior</translation>
    </message>
    <message>
        <source>In the panel Vary a lock stands beside each slider. The lock of Meaning keeps the idea and puts it into another picture; the lock of Layout keeps where things are and puts another idea there. A second click opens it again.</source>
        <translation>No painel Variações há um cadeado ao lado de cada controle. O de Significado mantém a ideia e a leva para outra imagem; o de Disposição mantém onde as coisas estão e põe ali outra ideia. Um segundo clique o abre de novo.</translation>
    </message>
    <message>
        <source>Let things wait</source>
        <translation>Deixar coisas esperando</translation>
    </message>
    <message>
        <source>Look at many ideas first</source>
        <translation>Olhar antes muitas ideias</translation>
    </message>
    <message>
        <source>Looks (F9) draws many ideas for the prompt in a few steps, with their agreement. Click those you want, and only these are painted in full.</source>
        <translation>“Esboços” (F9) desenha em poucos passos muitas ideias para o prompt, com a concordância delas. Clique nas que quiser, e só essas são pintadas por inteiro.</translation>
    </message>
    <message>
        <source>Make a film</source>
        <translation>Fazer um filme</translation>
    </message>
    <message>
        <source>Make again paints the very same picture; Use settings brings back prompt and seed. Discarded pictures stay in the trash for thirty days. A picture file that Easel wrote brings its settings back when you drop it on the canvas, on the card Use its settings.</source>
        <translation>“Fazer de novo” pinta exatamente a mesma imagem; “Usar configurações” traz de volta prompt e semente. Imagens descartadas ficam trinta dias na lixeira. Um arquivo de imagem gravado pelo Easel traz de volta suas configurações quando você o solta na tela, no cartão “Usar suas configurações”.</translation>
    </message>
    <message>
        <source>Make new pictures</source>
        <translation>Fazer novas imagens</translation>
    </message>
    <message>
        <source>Mix ideas</source>
        <translation>Misturar ideias</translation>
    </message>
    <message>
        <source>Move the frame (F) over the edge of the picture. What is empty in it is painted, the rest stays; the label says how much of the frame overlaps the picture.</source>
        <translation>Mova o quadro (F) além da borda da imagem. O que está vazio nele é pintado, o resto fica; o rótulo diz quanto do quadro se sobrepõe à imagem.</translation>
    </message>
    <message>
        <source>Near duplicates in stacks, the switch beside the trash, shows one picture for all of nearly the same idea, with their number; Open stack shows them.</source>
        <translation>“Quase iguais em pilhas”, o botão ao lado da lixeira, mostra uma imagem por todas as de quase a mesma ideia, com o seu número; “Abrir pilha” mostra todas.</translation>
    </message>
    <message>
        <source>Of {red|blue} every picture draws one word by chance. Pictures says how many are painted, up to ten; a closed lock keeps the seed, and the same prompt and seed give the same picture again.</source>
        <translation>De {red|blue} cada imagem sorteia uma palavra. “Imagens” diz quantas são pintadas, até dez; um cadeado fechado mantém a semente, e o mesmo prompt com a mesma semente dá de novo a mesma imagem.</translation>
    </message>
    <message>
        <source>On the page Create (F3) write what you would like to see and press Enter. The dice button writes an idea, the palette adds a style, the crossed circle opens a line for what to avoid, and the clock lists earlier prompts (Alt+Up, Alt+Down).</source>
        <translation>Na página Criar (F3) escreva o que gostaria de ver e tecle Enter. O dado escreve uma ideia, a paleta acrescenta um estilo, o círculo cortado abre uma linha para o que evitar, e o relógio lista os prompts anteriores (Alt+Cima, Alt+Baixo).</translation>
    </message>
    <message>
        <source>On the page Film (F8) put a picture at both ends: drop it, or click the place. Paint the film paints what lies between them; it plays in the middle, and its frames lie in the tray too.</source>
        <translation>Na página Filme (F8) ponha uma imagem em cada ponta: solte-a ou clique no lugar. “Pintar o filme” pinta o que fica entre elas; ele é exibido no meio, e seus quadros ficam também na bandeja.</translation>
    </message>
    <message>
        <source>Pace says how long each frame is seen. Save… writes an animated GIF or WebP, or a folder of frames.</source>
        <translation>“Ritmo” diz por quanto tempo cada quadro é visto. “Salvar…” grava um GIF ou WebP animado, ou uma pasta de quadros.</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation type="unfinished">Além da borda</translation>
    </message>
    <message>
        <source>Press Q and paint over what is to go with the brush (B), or select it, or erase it (E). Write what is to be there and press Enter: the button says Fill.</source>
        <translation>Pressione Q e pinte com o pincel (B) sobre o que deve sair, ou selecione, ou apague (E). Escreva o que deve estar ali e tecle Enter: o botão diz Preencher.</translation>
    </message>
    <message>
        <source>Put pictures, words and results on the mixing desk (F6): drop them, or click an empty well. Each has a weight, which may lead away from it, and can be muted or heard alone. The point on the pad moves between the first four; the preview follows.</source>
        <translation>Ponha imagens, palavras e resultados na mesa de mistura (F6): solte-os, ou clique em um espaço vazio. Cada um tem um peso, que também pode afastar dele, e pode ficar mudo ou sozinho. O ponto no plano anda entre os quatro primeiros; a prévia acompanha.</translation>
    </message>
    <message>
        <source>Reword a picture</source>
        <translation>Reformular uma imagem</translation>
    </message>
    <message>
        <source>Say from what to what (F7). The strip shows the way in five pictures, so that you see where it goes wrong; the slider says how far to go. Several changes can be stacked, and the composition can be kept.</source>
        <translation>Diga de quê para quê (F7). A tira mostra o caminho em cinco imagens, para que você veja onde ele se perde; o controle diz até onde ir. Várias mudanças podem ser empilhadas, e a composição pode ser mantida.</translation>
    </message>
    <message>
        <source>Style and subject apart gives each idea two weights: what it shows, and how it is painted. With no weight for the style of one and none for the subject of another, the one is painted in the manner of the other.</source>
        <translation>Estilo e motivo à parte dá a cada ideia dois pesos: o que ela mostra e como é pintada. Tire o estilo de uma e o motivo de outra, e a primeira é pintada à maneira da segunda.</translation>
    </message>
    <message>
        <source>The candidates are shown in place. Hold the backslash key to look at the original, and press Enter to accept one. It becomes a layer; the panel Result changes its feather, growth and colours afterwards, or paints it again.</source>
        <translation>As candidatas aparecem no lugar. Segure a barra invertida para olhar o original, e tecle Enter para aceitar uma. Ela vira uma camada; o painel Resultado muda depois a suavização, o crescimento e as cores dela, ou a pinta de novo.</translation>
    </message>
    <message>
        <source>The first start</source>
        <translation>O primeiro início</translation>
    </message>
    <message>
        <source>The gallery (F4) keeps every finished picture with prompt, seed, model and idea. Search by words, or by meaning; More like it sorts all of them by nearness to what is chosen, Not like it leads away.</source>
        <translation>A galeria (F4) guarda cada imagem pronta com prompt, semente, modelo e ideia. Busque por palavras ou por significado; “Mais como esta” ordena todas pela proximidade do que está escolhido, “Não como esta” afasta disso.</translation>
    </message>
    <message>
        <source>The page of Generate ▸ Models… says of each model what it can do, how large it is, its licence, and what this computer needs for it. Get shows the licence before the first byte; a download can be paused and goes on after a restart.</source>
        <translation>A página de Gerar ▸ Modelos… diz de cada modelo o que ele sabe fazer, seu tamanho, sua licença e o que este computador precisa para usá-lo. “Obter” mostra a licença antes do primeiro byte; um download pode ser pausado e continua depois de reiniciar.</translation>
    </message>
    <message>
        <source>The panel Vary and the menu Generate enlarge a layer, or all of the picture, twice or four times. In the tray the slider shows before and after beside each other on the canvas.</source>
        <translation>O painel Variações e o menu Gerar ampliam uma camada, ou a imagem toda, duas ou quatro vezes. Na bandeja, o controle mostra antes e depois lado a lado na tela.</translation>
    </message>
    <message>
        <source>The panel Vary paints variations of the chosen picture, of a layer or of all that is seen. Meaning says how far the idea may drift, Layout how far things may move.</source>
        <translation>O painel Variações pinta variações da imagem escolhida, de uma camada ou de tudo o que se vê. “Significado” diz quanto a ideia pode se desviar, “Disposição” quanto as coisas podem se mover.</translation>
    </message>
    <message>
        <source>The tray lies at the frame. Left and Right choose, Enter accepts, Shift+Enter keeps the picture as a layer and leaves the others, Delete discards it, Esc rejects all. The first tile is the original.</source>
        <translation>A bandeja fica junto ao quadro. Esquerda e Direita escolhem, Enter aceita, Shift+Enter mantém a imagem como camada e deixa as outras, Delete a descarta, Esc rejeita todas. A primeira miniatura é o original.</translation>
    </message>
    <message>
        <source>The two locks</source>
        <translation>Os dois cadeados</translation>
    </message>
    <message>
        <source>Unsaved work</source>
        <translation>Trabalho não salvo</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variações</translation>
    </message>
    <message>
        <source>What has failed is put aside there, and Try again puts it back. When you look elsewhere, title and task bar tell that pictures are ready.</source>
        <translation>O que falhou fica ali de lado, e “Tentar de novo” o traz de volta. Quando você olha para outro lugar, o título e a barra de tarefas avisam que há imagens prontas.</translation>
    </message>
    <message>
        <source>What you discard, or close without saving, can be found for thirty days under File ▸ Recover…. Beside a project lie its last three versions.</source>
        <translation>O que você descartar, ou fechar sem salvar, fica por trinta dias em Arquivo ▸ Recuperar…. Ao lado de um projeto ficam suas três últimas versões.</translation>
    </message>
    <message>
        <source>With I have the files a folder is used where it lies. Verify reads every file again, Save space keeps a copy of half the size, and Remove frees the room. On Linux, Use my NVIDIA card builds an engine for the card in your own folder.</source>
        <translation>Com “Tenho os arquivos”, uma pasta é usada onde está. “Verificar” lê cada arquivo de novo, “Poupar espaço” guarda uma cópia com metade do tamanho e “Remover” libera o espaço. No Linux, “Usar minha placa NVIDIA” constrói um motor para a placa na sua própria pasta.</translation>
    </message>
    <message>
        <source>With the lasso (L) draw around an area, or click its corners and press Enter. Shift adds to what is selected, Alt takes away.</source>
        <translation>Com o laço (L), contorne uma área, ou clique nos cantos dela e pressione Enter. Shift adiciona ao que está selecionado, Alt retira.</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>Guide</source>
        <translation>Guia</translation>
    </message>
    <message>
        <source>Page of the guide</source>
        <translation>Página do guia</translation>
    </message>
    <message>
        <source>Pages of the guide</source>
        <translation>Páginas do guia</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>O que fazer</translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message>
        <source>Put pictures and words into the wells, then move the sliders or the point on the pad; the preview follows.</source>
        <translation>Ponha imagens e palavras nos espaços, depois mova os controles ou o ponto no plano; a prévia acompanha.</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture: Extend paints what is empty in it. Leave enough overlap, so that the model sees what to continue.</source>
        <translation>O quadro passa da imagem: Estender pinta o que está vazio nele. Deixe sobreposição suficiente, para que o modelo veja o que continuar.</translation>
    </message>
    <message>
        <source>You paint the mask now: what is covered is painted anew when you press Fill. Q leaves it.</source>
        <translation>Agora você pinta a máscara: o que está coberto é pintado de novo quando você pressiona Preencher. Q sai dela.</translation>
    </message>
</context>
<context>
    <name>IdeasPages</name>
    <message>
        <source>Film</source>
        <translation>Filme</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>Esboços</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mistura</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Trilha</translation>
    </message>
    <message>
        <source>Reword</source>
        <translation>Reformular</translation>
    </message>
    <message>
        <source>Ways to work with ideas</source>
        <translation>Maneiras de trabalhar com ideias</translation>
    </message>
</context>
<context>
    <name>Invitation</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>Ou experimente um destes, que estão prontos:</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Accept it</source>
        <translation>Aceitar</translation>
    </message>
    <message>
        <source>Add to the selection</source>
        <translation>Adicionar à seleção</translation>
    </message>
    <message>
        <source>Alt in a drag</source>
        <translation>Alt ao arrastar</translation>
    </message>
    <message>
        <source>Alt+right drag</source>
        <translation>Alt+arraste direito</translation>
    </message>
    <message>
        <source>Around the middle</source>
        <translation>Em torno do meio</translation>
    </message>
    <message>
        <source>As if it had not begun</source>
        <translation>Como se não tivesse começado</translation>
    </message>
    <message>
        <source>Change keys</source>
        <translation>Mudar teclas</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Mudar teclas…</translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation>Escolher uma imagem</translation>
    </message>
    <message>
        <source>Close a polygon, crop, transform</source>
        <translation>Fechar um polígono, recortar, transformar</translation>
    </message>
    <message>
        <source>Ctrl+click, Alt+click</source>
        <translation>Ctrl+clique, Alt+clique</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Discard it</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Double click, F2</source>
        <translation>Clique duplo, F2</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Enter, double click</source>
        <translation>Enter, clique duplo</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Apagar</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Esc in a drag</source>
        <translation>Esc ao arrastar</translation>
    </message>
    <message>
        <source>Find a key or a gesture</source>
        <translation>Encontrar uma tecla ou um gesto</translation>
    </message>
    <message>
        <source>Frame and layers</source>
        <translation>Quadro e camadas</translation>
    </message>
    <message>
        <source>Getting about</source>
        <translation>Navegar</translation>
    </message>
    <message>
        <source>Keep it as a layer</source>
        <translation>Manter como camada</translation>
    </message>
    <message>
        <source>Keep what is in both</source>
        <translation>Manter o que está nas duas</translation>
    </message>
    <message>
        <source>Keys and gestures</source>
        <translation>Teclas e gestos</translation>
    </message>
    <message>
        <source>Keys of {scheme}</source>
        <translation>Teclas de {scheme}</translation>
    </message>
    <message>
        <source>Look at the original</source>
        <translation>Olhar o original</translation>
    </message>
    <message>
        <source>Move the view</source>
        <translation>Mover a vista</translation>
    </message>
    <message>
        <source>Move the view, zoom, turn</source>
        <translation>Mover a vista, zoom, girar</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>Nova linha</translation>
    </message>
    <message>
        <source>No key and no gesture is called that.</source>
        <translation>Nenhuma tecla e nenhum gesto se chama assim.</translation>
    </message>
    <message>
        <source>Nudge by one pixel</source>
        <translation>Deslocar um pixel</translation>
    </message>
    <message>
        <source>Nudge the frame by 64, a layer by 10</source>
        <translation>Deslocar o quadro 64, uma camada 10</translation>
    </message>
    <message>
        <source>Other end of the pen</source>
        <translation>A outra ponta da caneta</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Pintar</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>Pintura</translation>
    </message>
    <message>
        <source>Pictures in the tray</source>
        <translation>Imagens na bandeja</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>Rejeitar todas</translation>
    </message>
    <message>
        <source>Rename a layer</source>
        <translation>Renomear uma camada</translation>
    </message>
    <message>
        <source>Selecting</source>
        <translation>Seleção</translation>
    </message>
    <message>
        <source>Shift in a drag</source>
        <translation>Shift ao arrastar</translation>
    </message>
    <message>
        <source>Size and hardness of the brush</source>
        <translation>Tamanho e dureza do pincel</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>Tamanho do pincel</translation>
    </message>
    <message>
        <source>Space+drag, middle drag</source>
        <translation>Espaço+arraste, arraste do meio</translation>
    </message>
    <message>
        <source>Square or circle</source>
        <translation>Quadrado ou círculo</translation>
    </message>
    <message>
        <source>Straight line from the last stroke</source>
        <translation>Linha reta desde o último traço</translation>
    </message>
    <message>
        <source>Subtract from the selection</source>
        <translation>Subtrair da seleção</translation>
    </message>
    <message>
        <source>Take a colour</source>
        <translation>Pegar uma cor</translation>
    </message>
    <message>
        <source>Two fingers, pinch</source>
        <translation>Dois dedos, pinça</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>O que você procura?</translation>
    </message>
    <message>
        <source>Wheel, Ctrl+wheel</source>
        <translation>Roda, Ctrl+roda</translation>
    </message>
    <message>
        <source>Without snapping</source>
        <translation>Sem encaixe</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Zoom no ponteiro</translation>
    </message>
</context>
<context>
    <name>KeysWindow</name>
    <message>
        <source>As in the scheme</source>
        <translation>Como no esquema</translation>
    </message>
    <message>
        <source>Choose a verb, then press its new key.</source>
        <translation>Escolha um comando, depois pressione a nova tecla.</translation>
    </message>
    <message>
        <source>Find a verb or a key</source>
        <translation>Encontrar um comando ou uma tecla</translation>
    </message>
    <message>
        <source>Give it to “{name}”</source>
        <translation>Dar a “{name}”</translation>
    </message>
    <message>
        <source>Key {number}</source>
        <translation>Tecla {number}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Teclas</translation>
    </message>
    <message>
        <source>Keys of</source>
        <translation>Teclas de</translation>
    </message>
    <message>
        <source>Keys of “{name}”</source>
        <translation>Teclas de “{name}”</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Deixar</translation>
    </message>
    <message>
        <source>Restore all</source>
        <translation>Restaurar todas</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>Esquema</translation>
    </message>
    <message>
        <source>The wheel scrolls, with Ctrl or Alt it zooms</source>
        <translation>A roda rola, com Ctrl ou Alt dá zoom</translation>
    </message>
    <message>
        <source>Verb</source>
        <translation>Comando</translation>
    </message>
    <message>
        <source>Verbs</source>
        <translation>Comandos</translation>
    </message>
    <message>
        <source>{key} belongs to “{owner}”, which would have it no longer.</source>
        <translation>{key} pertence a “{owner}”, que não a teria mais.</translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>%1, hidden</source>
        <translation>%1, oculta</translation>
    </message>
</context>
<context>
    <name>LayerRow</name>
    <message>
        <source>locked</source>
        <translation>bloqueada</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>máscara</translation>
    </message>
    <message>
        <source>painting the mask</source>
        <translation>pintando a máscara</translation>
    </message>
    <message>
        <source>result</source>
        <translation>resultado</translation>
    </message>
    <message>
        <source>transparency locked</source>
        <translation>transparência bloqueada</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Blend mode of the layer</source>
        <translation>Modo de mesclagem da camada</translation>
    </message>
    <message>
        <source>Blend modes</source>
        <translation>Modos de mesclagem</translation>
    </message>
    <message>
        <source>How the layer mixes with what is below</source>
        <translation>Como a camada se mescla com o que está abaixo</translation>
    </message>
    <message>
        <source>Layers, top layer first</source>
        <translation>Camadas, a de cima primeiro</translation>
    </message>
    <message>
        <source>Lock the layer</source>
        <translation>Bloquear a camada</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>Bloquear transparência</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modo</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Opacidade</translation>
    </message>
    <message>
        <source>Opacity of the layer</source>
        <translation>Opacidade da camada</translation>
    </message>
    <message>
        <source>Space shows or hides a layer, F2 renames it, drag reorders</source>
        <translation>Espaço mostra ou oculta uma camada, F2 a renomeia, arrastar reordena</translation>
    </message>
</context>
<context>
    <name>LicenceWindow</name>
    <message>
        <source>Agree and download</source>
        <translation>Concordar e baixar</translation>
    </message>
    <message>
        <source>Easel downloads it when you agree; this is asked once.</source>
        <translation>O Easel o baixa quando você concorda; isto é perguntado uma vez só.</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licença</translation>
    </message>
    <message>
        <source>Licence of {title}</source>
        <translation>Licença de {title}</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Agora não</translation>
    </message>
    <message>
        <source>{title} is published under {licence}.</source>
        <translation>{title} é publicado sob {licence}.</translation>
    </message>
</context>
<context>
    <name>LooksPanel</name>
    <message>
        <source>As they came</source>
        <translation>Como chegaram</translation>
    </message>
    <message>
        <source>Every idea is painted in a few steps; choose before the long work begins</source>
        <translation>Cada ideia é pintada em poucos passos; escolha antes que o trabalho longo comece</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>Ideias</translation>
    </message>
    <message>
        <source>Ideas for the prompt</source>
        <translation>Ideias para o prompt</translation>
    </message>
    <message>
        <source>Look at ideas</source>
        <translation>Ver ideias</translation>
    </message>
    <message>
        <source>Looking for ideas…</source>
        <translation>Procurando ideias…</translation>
    </message>
    <message>
        <source>Number of ideas</source>
        <translation>Número de ideias</translation>
    </message>
    <message>
        <source>Order of the ideas</source>
        <translation>Ordem das ideias</translation>
    </message>
    <message>
        <source>Paint the chosen ones</source>
        <translation>Pintar as escolhidas</translation>
    </message>
    <message>
        <source>The best match first</source>
        <translation>A mais fiel primeiro</translation>
    </message>
    <message>
        <source>The number is how well an idea agrees with the prompt, 1 at most</source>
        <translation>O número diz quanto uma ideia concorda com o prompt, 1 no máximo</translation>
    </message>
    <message>
        <source>The widest range first</source>
        <translation>A maior variedade primeiro</translation>
    </message>
    <message>
        <source>“{prompt}”: click those you want, then paint them</source>
        <translation>“{prompt}”: clique nas que quiser, depois pinte-as</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Fechar esta mensagem</translation>
    </message>
</context>
<context>
    <name>MixPanel</name>
    <message>
        <source>A new place in the mix</source>
        <translation>Um novo lugar na mistura</translation>
    </message>
    <message>
        <source>A second place in the mix</source>
        <translation>Um segundo lugar na mistura</translation>
    </message>
    <message>
        <source>Drop pictures into the places, click them, or type:</source>
        <translation>Solte imagens nos lugares, clique neles ou digite:</translation>
    </message>
    <message>
        <source>How ideas are mixed</source>
        <translation>Como as ideias são misturadas</translation>
    </message>
    <message>
        <source>Pad between the first four ideas</source>
        <translation>Plano entre as quatro primeiras ideias</translation>
    </message>
    <message>
        <source>Paint the mix</source>
        <translation>Pintar a mistura</translation>
    </message>
    <message>
        <source>Preview of the mix</source>
        <translation>Prévia da mistura</translation>
    </message>
    <message>
        <source>Round the sphere</source>
        <translation>Ao longo da esfera</translation>
    </message>
    <message>
        <source>Round the sphere keeps the strength of an idea; the straight sum, Kandinsky&apos;s own way, grows weaker between ideas that are far apart</source>
        <translation>Ao longo da esfera se mantém a força de uma ideia; a soma direta, o jeito próprio do Kandinsky, enfraquece entre ideias distantes</translation>
    </message>
    <message>
        <source>Straight sum</source>
        <translation>Soma direta</translation>
    </message>
    <message>
        <source>Style and subject apart</source>
        <translation>Estilo e motivo à parte</translation>
    </message>
    <message>
        <source>The mix shows here while you look for it</source>
        <translation>A mistura aparece aqui enquanto você a procura</translation>
    </message>
    <message>
        <source>Two weights for each idea: what it shows, and how it is painted. Style is what lies along words for styles; the pad weighs the subjects</source>
        <translation>Dois pesos para cada ideia: o que ela mostra e como é pintada. Estilo é o que segue palavras de estilos; o painel pesa os motivos</translation>
    </message>
    <message>
        <source>Words to put into the mix</source>
        <translation>Palavras para pôr na mistura</translation>
    </message>
    <message>
        <source>or type, and press Enter</source>
        <translation>ou digite, e tecle Enter</translation>
    </message>
</context>
<context>
    <name>Model</name>
    <message>
        <source>Starter draws emoji-like pictures; it cannot do photographs or text</source>
        <translation>Starter desenha imagens parecidas com emojis; não sabe fazer fotografias nem texto</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Cancel…</source>
        <translation>Cancelar…</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation>Obter…</translation>
    </message>
    <message>
        <source>I have the files…</source>
        <translation>Tenho os arquivos…</translation>
    </message>
    <message>
        <source>Licence…</source>
        <translation>Licença…</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Progress of {title}</source>
        <translation>Progresso de {title}</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Remover…</translation>
    </message>
    <message>
        <source>Save space…</source>
        <translation>Poupar espaço…</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Usar</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Verificar</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>; kept as smaller copies</source>
        <translation>; mantido como cópias reduzidas</translation>
    </message>
    <message>
        <source>; painted at {side} and enlarged</source>
        <translation>; pintado em {side} e ampliado</translation>
    </message>
    <message>
        <source>; {free} free on this disk</source>
        <translation>; {free} livres neste disco</translation>
    </message>
    <message>
        <source>about {need} for the largest part (estimate); {free} free now</source>
        <translation>cerca de {need} para a maior parte (estimativa); {free} livres agora</translation>
    </message>
    <message>
        <source>about {time} for a picture here (estimate; it may be two or three times off)</source>
        <translation>cerca de {time} por imagem aqui (estimativa; pode errar em duas ou três vezes)</translation>
    </message>
    <message>
        <source>comes with Easel</source>
        <translation>vem com o Easel</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>danificado</translation>
    </message>
    <message>
        <source>damaged, {left} to get again</source>
        <translation>danificado, {left} a obter de novo</translation>
    </message>
    <message>
        <source>damaged: get it again, only the damaged file is fetched</source>
        <translation>danificado: obtenha-o de novo, só o arquivo danificado é baixado</translation>
    </message>
    <message>
        <source>damaged: install Easel again</source>
        <translation>danificado: instale o Easel de novo</translation>
    </message>
    <message>
        <source>enlarging</source>
        <translation>ampliação</translation>
    </message>
    <message>
        <source>filling and extending</source>
        <translation>preenchimento e extensão</translation>
    </message>
    <message>
        <source>incomplete: {share} %, {left} to go</source>
        <translation>incompleto: {share} %, faltam {left}</translation>
    </message>
    <message>
        <source>little; it runs on any machine</source>
        <translation>pouca; roda em qualquer máquina</translation>
    </message>
    <message>
        <source>mixes</source>
        <translation>misturas</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>nenhuma ainda</translation>
    </message>
    <message>
        <source>not on this computer</source>
        <translation>não está neste computador</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>não verificado com o editor</translation>
    </message>
    <message>
        <source>not yet verified here</source>
        <translation>ainda não verificado aqui</translation>
    </message>
    <message>
        <source>nothing to download</source>
        <translation>nada para baixar</translation>
    </message>
    <message>
        <source>paint one picture with the Starter, then Easel can estimate it</source>
        <translation>pinte uma imagem com o Starter, então o Easel pode estimar</translation>
    </message>
    <message>
        <source>painting over</source>
        <translation>repintura</translation>
    </message>
    <message>
        <source>paths between pictures</source>
        <translation>caminhos entre imagens</translation>
    </message>
    <message>
        <source>pictures from words</source>
        <translation>imagens a partir de palavras</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>pronto</translation>
    </message>
    <message>
        <source>rewording</source>
        <translation>reformulação</translation>
    </message>
    <message>
        <source>search by meaning</source>
        <translation>busca por significado</translation>
    </message>
    <message>
        <source>variations</source>
        <translation>variações</translation>
    </message>
    <message>
        <source>verified against the publisher</source>
        <translation>verificado com o editor</translation>
    </message>
    <message>
        <source>{side} × {side} pixels, or another shape of that area</source>
        <translation>{side} × {side} pixels, ou outra forma dessa área</translation>
    </message>
    <message numerus="yes">
        <source>{size} in {count} files</source>
        <translation>
            <numerusform>{size} em {count} arquivo</numerusform>
            <numerusform>{size} em {count} arquivos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source> (accepted)</source>
        <translation> (aceita)</translation>
    </message>
    <message>
        <source>A folder in which models are looked for; its files are used in place.</source>
        <translation>Uma pasta em que se procuram modelos; seus arquivos são usados onde estão.</translation>
    </message>
    <message>
        <source>A folder with models</source>
        <translation>Uma pasta com modelos</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Adicionar uma pasta…</translation>
    </message>
    <message>
        <source>Can do</source>
        <translation>Sabe fazer</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Download</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Arquivos</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Manter</translation>
    </message>
    <message>
        <source>Keep {title} as smaller copies? They take about half of {size}. Numbers are rounded to bfloat16, so pictures come out a little different on machines that compute in float32; the published files are deleted and could only be downloaded again.</source>
        <translation>Manter {title} como cópias reduzidas? Elas ocupam cerca de metade de {size}. Os números são arredondados para bfloat16, por isso as imagens saem um pouco diferentes em máquinas que calculam em float32; os arquivos publicados são apagados e só poderiam ser baixados de novo.</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Deixar</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Deixar de fora</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licença</translation>
    </message>
    <message>
        <source>Made from {title}; its files are used in place.</source>
        <translation>Feito a partir de {title}; seus arquivos são usados onde estão.</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memória</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>Espelho</translation>
    </message>
    <message>
        <source>Mirror and proxy</source>
        <translation>Espelho e proxy</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelos</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Pacotes</translation>
    </message>
    <message>
        <source>Paints</source>
        <translation>Pinta</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
    </message>
    <message>
        <source>Remove {title} from this computer? {size} are deleted from Easel&apos;s own folder; files of yours elsewhere stay. It can be downloaded again.</source>
        <translation>Remover {title} deste computador? {size} são apagados da pasta do Easel; seus arquivos em outros lugares ficam. Ele pode ser baixado de novo.</translation>
    </message>
    <message>
        <source>Save space</source>
        <translation>Poupar espaço</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>danificado</translation>
    </message>
    <message>
        <source>damaged: {file}; put a sound copy in its place</source>
        <translation>danificado: {file}; coloque uma cópia íntegra no lugar</translation>
    </message>
    <message>
        <source>https address instead of the publisher&apos;s</source>
        <translation>endereço https em vez do endereço do editor</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>em uso</translation>
    </message>
    <message>
        <source>index for the engine on an NVIDIA card, instead of the usual one</source>
        <translation>índice para o motor em uma placa NVIDIA, em vez do habitual</translation>
    </message>
    <message>
        <source>instead of the system&apos;s</source>
        <translation>em vez do que está no sistema</translation>
    </message>
    <message>
        <source>needs the rest of {title}</source>
        <translation>precisa do resto de {title}</translation>
    </message>
    <message>
        <source>only where the publisher asks for one; it is not stored</source>
        <translation>só onde o editor pede um; ele não é guardado</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>pronto</translation>
    </message>
    <message>
        <source>searched</source>
        <translation>pesquisada</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>iniciando</translation>
    </message>
</context>
<context>
    <name>NavigatorPanel</name>
    <message>
        <source>Navigator: the whole picture and the part in view</source>
        <translation>Navegador: a imagem inteira e a parte à vista</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>A run has failed</source>
        <translation>Uma rodada falhou</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are ready</source>
        <translation>
            <numerusform>{count} imagem está pronta</numerusform>
            <numerusform>{count} imagens estão prontas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OfferBar</name>
    <message>
        <source>Do not show this again</source>
        <translation>Não mostrar isto de novo</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); here a picture would take roughly {time}.</source>
        <translation>Para imagens grandes e detalhadas há {title} ({size} GB, {licence}); uma imagem levaria aqui cerca de {time}.</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); this computer would need longer for it.</source>
        <translation>Para imagens grandes e detalhadas há {title} ({size} GB, {licence}); este computador levaria mais tempo com ele.</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>Modelos…</translation>
    </message>
    <message>
        <source>Show the models</source>
        <translation>Mostrar os modelos</translation>
    </message>
</context>
<context>
    <name>Pad</name>
    <message>
        <source>Drag the point: the nearer to a corner, the more of what lies there</source>
        <translation>Arraste o ponto: quanto mais perto de um canto, mais entra do que está nele</translation>
    </message>
    <message>
        <source>Two ideas make a pad</source>
        <translation>Duas ideias formam um plano</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Canvas</source>
        <translation>Tela</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Criar</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galeria</translation>
    </message>
</context>
<context>
    <name>PathPanel</name>
    <message>
        <source>1 is the first result, 2 the second; in between lies what is meant between</source>
        <translation>1 é o primeiro resultado, 2 o segundo; entre eles está o sentido intermediário</translation>
    </message>
    <message>
        <source>Near {number}: {name}</source>
        <translation>Perto de {number}: {name}</translation>
    </message>
    <message>
        <source>Paint from here</source>
        <translation>Pintar a partir daqui</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Posição</translation>
    </message>
    <message>
        <source>Place on the line</source>
        <translation>Posição na linha</translation>
    </message>
    <message>
        <source>Results of this project, the oldest first</source>
        <translation>Resultados deste projeto, o mais antigo primeiro</translation>
    </message>
    <message>
        <source>What is meant there</source>
        <translation>O sentido nesse ponto</translation>
    </message>
    <message>
        <source>What is meant there shows here</source>
        <translation>O sentido nesse ponto aparece aqui</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <source>, a favourite</source>
        <translation>, um favorito</translation>
    </message>
    <message>
        <source>, agreement with the prompt {share}</source>
        <translation>, concordância com o prompt {share}</translation>
    </message>
    <message>
        <source>, in the gallery&apos;s trash</source>
        <translation>, na lixeira da galeria</translation>
    </message>
    <message>
        <source>Picture {number}, not finished</source>
        <translation>Imagem {number}, não terminada</translation>
    </message>
    <message>
        <source>Picture {number}, seed {seed}</source>
        <translation>Imagem {number}, semente {seed}</translation>
    </message>
    <message>
        <source>in the trash</source>
        <translation>na lixeira</translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message>
        <source>The picture and the planned frames</source>
        <translation>A imagem e os quadros planejados</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Progress of the run</source>
        <translation>Progresso da rodada</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Iniciando…</translation>
    </message>
    <message>
        <source>What the run is doing</source>
        <translation>O que a rodada está fazendo</translation>
    </message>
    <message>
        <source>What this model can do</source>
        <translation>O que este modelo sabe fazer</translation>
    </message>
    <message numerus="yes">
        <source>{count} more to come</source>
        <translation>
            <numerusform>falta mais {count}</numerusform>
            <numerusform>faltam mais {count}</numerusform>
        </translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s left</source>
        <translation>faltam {minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>{seconds} s left</source>
        <translation>faltam {seconds} s</translation>
    </message>
</context>
<context>
    <name>PromptList</name>
    <message>
        <source>No prompt has these words.</source>
        <translation>Nenhum prompt tem estas palavras.</translation>
    </message>
    <message>
        <source>Search your prompts</source>
        <translation>Buscar nos seus prompts</translation>
    </message>
    <message>
        <source>Your prompts</source>
        <translation>Seus prompts</translation>
    </message>
</context>
<context>
    <name>PromptPanel</name>
    <message>
        <source>&amp;Pictures</source>
        <translation>&amp;Imagens</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Choose another seed and keep it</source>
        <translation>Escolher outra semente e mantê-la</translation>
    </message>
    <message>
        <source>Continue the picture into the empty part of the frame; the rest stays</source>
        <translation>Continuar a imagem na parte vazia do quadro; o resto fica</translation>
    </message>
    <message>
        <source>Ctrl+Enter, or Enter in the prompt</source>
        <translation>Ctrl+Enter, ou Enter no prompt</translation>
    </message>
    <message>
        <source>Describe the picture you want</source>
        <translation>Descreva a imagem que você quer</translation>
    </message>
    <message>
        <source>Describe what belongs here, or leave this empty to go by the rest</source>
        <translation>Descreva o que fica aqui, ou deixe vazio para seguir o resto</translation>
    </message>
    <message>
        <source>Every run takes a new seed; click to keep this one</source>
        <translation>Cada rodada usa uma semente nova; clique para manter esta</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>Estender</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Preencher</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Gerar</translation>
    </message>
    <message>
        <source>How many pictures one run makes (1–10)</source>
        <translation>Quantas imagens uma rodada faz (1–10)</translation>
    </message>
    <message>
        <source>How much of the picture in the frame may go: 0 keeps it, 100 ignores it</source>
        <translation>Quanto da imagem no quadro pode desaparecer: 0 a mantém, 100 a ignora</translation>
    </message>
    <message>
        <source>Keep this seed</source>
        <translation>Manter esta semente</translation>
    </message>
    <message>
        <source>Landscape 3 : 2</source>
        <translation>Paisagem 3 : 2</translation>
    </message>
    <message>
        <source>Landscape 4 : 3</source>
        <translation>Paisagem 4 : 3</translation>
    </message>
    <message>
        <source>New seed</source>
        <translation>Nova semente</translation>
    </message>
    <message>
        <source>Nothing is masked: paint all of the frame anew, as far as Strength says</source>
        <translation>Nada está mascarado: pintar de novo o quadro inteiro, até onde diz Força</translation>
    </message>
    <message>
        <source>Number of pictures</source>
        <translation>Número de imagens</translation>
    </message>
    <message>
        <source>Paint over</source>
        <translation>Repintar</translation>
    </message>
    <message>
        <source>Paint the whole frame from the prompt</source>
        <translation>Pintar o quadro inteiro a partir do prompt</translation>
    </message>
    <message>
        <source>Paint what is masked, selected or empty in the frame; the rest stays</source>
        <translation>Pintar o que está mascarado, selecionado ou vazio no quadro; o resto fica</translation>
    </message>
    <message>
        <source>Portrait 2 : 3</source>
        <translation>Retrato 2 : 3</translation>
    </message>
    <message>
        <source>Portrait 3 : 4</source>
        <translation>Retrato 3 : 4</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation>Semen&amp;te</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Semente</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forma</translation>
    </message>
    <message>
        <source>Shape of the picture</source>
        <translation>Forma da imagem</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>Quadrado</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>Parar (Esc)</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Força</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>Força do repinte</translation>
    </message>
    <message>
        <source>Surprise me</source>
        <translation>Surpreenda-me</translation>
    </message>
    <message>
        <source>Surprise me: write an idea here</source>
        <translation>Surpreenda-me: escrever uma ideia aqui</translation>
    </message>
    <message>
        <source>Tall 9 : 16</source>
        <translation>Alto 9 : 16</translation>
    </message>
    <message>
        <source>The same prompt and seed give the same picture</source>
        <translation>O mesmo prompt e a mesma semente dão a mesma imagem</translation>
    </message>
    <message>
        <source>The seed is kept; click for a new one with every run</source>
        <translation>A semente é mantida; clique para uma nova a cada rodada</translation>
    </message>
    <message>
        <source>Wide 16 : 9</source>
        <translation>Largo 16 : 9</translation>
    </message>
</context>
<context>
    <name>PromptTools</name>
    <message>
        <source>Avoid</source>
        <translation>Evitar</translation>
    </message>
    <message>
        <source>Avoid: say what the picture should keep away from</source>
        <translation>Evitar: dizer do que a imagem deve se afastar</translation>
    </message>
    <message>
        <source>Clip art</source>
        <translation>Clip art</translation>
    </message>
    <message>
        <source>Earlier prompts</source>
        <translation>Prompts anteriores</translation>
    </message>
    <message>
        <source>Earlier prompts (Alt+Up, Alt+Down)</source>
        <translation>Prompts anteriores (Alt+Cima, Alt+Baixo)</translation>
    </message>
    <message>
        <source>Film still</source>
        <translation>Cena de filme</translation>
    </message>
    <message>
        <source>Flat</source>
        <translation>Plano</translation>
    </message>
    <message>
        <source>Gouache</source>
        <translation>Guache</translation>
    </message>
    <message>
        <source>Line drawing</source>
        <translation>Desenho a traço</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Sem estilo</translation>
    </message>
    <message>
        <source>Oil painting</source>
        <translation>Pintura a óleo</translation>
    </message>
    <message>
        <source>Paper cut</source>
        <translation>Papel recortado</translation>
    </message>
    <message>
        <source>Pencil</source>
        <translation>Lápis</translation>
    </message>
    <message>
        <source>Photograph</source>
        <translation>Fotografia</translation>
    </message>
    <message>
        <source>Pixel art</source>
        <translation>Pixel art</translation>
    </message>
    <message>
        <source>Stained glass</source>
        <translation>Vitral</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>Style: write a way of painting behind the prompt</source>
        <translation>Estilo: escrever um jeito de pintar depois do prompt</translation>
    </message>
    <message>
        <source>Watercolour</source>
        <translation>Aquarela</translation>
    </message>
    <message>
        <source>What the picture should not show</source>
        <translation>O que a imagem não deve mostrar</translation>
    </message>
    <message>
        <source>Woodcut</source>
        <translation>Xilogravura</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Earlier</source>
        <translation>Antes</translation>
    </message>
    <message>
        <source>Enlarging</source>
        <translation>Ampliação</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>Esquecê-las</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Depois</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mistura</translation>
    </message>
    <message>
        <source>Not painted</source>
        <translation>Não pintado</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Em pausa</translation>
    </message>
    <message numerus="yes">
        <source>Paused; {count} waiting</source>
        <translation>
            <numerusform>Em pausa; {count} em espera</numerusform>
            <numerusform>Em pausa; {count} em espera</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagem</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Fila</translation>
    </message>
    <message>
        <source>Take it out</source>
        <translation>Tirar da fila</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variações</translation>
    </message>
    <message>
        <source>What waits</source>
        <translation>O que espera</translation>
    </message>
    <message>
        <source>What waits to be painted</source>
        <translation>O que espera para ser pintado</translation>
    </message>
    <message numerus="yes">
        <source>{count} waiting</source>
        <translation>
            <numerusform>{count} em espera</numerusform>
            <numerusform>{count} em espera</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryCard</name>
    <message>
        <source>1 layer</source>
        <translation>1 camada</translation>
    </message>
    <message>
        <source>A picture without a name</source>
        <translation>Uma imagem sem nome</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Easel ended while it was reading this; it may do so again.</source>
        <translation>O Easel se encerrou enquanto lia isto; pode acontecer de novo.</translation>
    </message>
    <message>
        <source>No preview</source>
        <translation>Sem prévia</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Preview of {name}</source>
        <translation>Prévia de {name}</translation>
    </message>
    <message>
        <source>Today, {clock}</source>
        <translation>Hoje, {clock}</translation>
    </message>
    <message>
        <source>Yesterday, {clock}</source>
        <translation>Ontem, {clock}</translation>
    </message>
    <message>
        <source>kept for {days} more days</source>
        <translation>guardado por mais {days} dias</translation>
    </message>
    <message>
        <source>{day}, {clock}</source>
        <translation>{day}, {clock}</translation>
    </message>
    <message>
        <source>{layers}, changed since it was saved</source>
        <translation>{layers}, mudado desde que foi salvo</translation>
    </message>
    <message>
        <source>{layers}, never saved</source>
        <translation>{layers}, nunca salvo</translation>
    </message>
    <message>
        <source>{n} layers</source>
        <translation>{n} camadas</translation>
    </message>
    <message>
        <source>“{prompt}”</source>
        <translation>“{prompt}”</translation>
    </message>
</context>
<context>
    <name>RecoveryPages</name>
    <message>
        <source>A folder for the copy of unsaved work</source>
        <translation>Uma pasta para a cópia do trabalho não salvo</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>Outra pasta…</translation>
    </message>
    <message>
        <source>Save the project…</source>
        <translation>Salvar o projeto…</translation>
    </message>
</context>
<context>
    <name>RecoveryWindow</name>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>Decidir depois</translation>
    </message>
    <message>
        <source>Easel ended before this was saved</source>
        <translation>O Easel se encerrou antes que isto fosse salvo</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. What was discarded, or closed without saving, stays here for 30 days.</source>
        <translation>O Easel mantém o trabalho não salvo depois de cada ação. O que foi descartado, ou fechado sem salvar, fica aqui por 30 dias.</translation>
    </message>
    <message>
        <source>Open what you want to go on with. What you discard can still be found for 30 days, under File ▸ Recover.</source>
        <translation>Abra aquilo com que quer continuar. O que você descartar ainda pode ser encontrado por 30 dias, em Arquivo ▸ Recuperar.</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>Recuperar</translation>
    </message>
    <message>
        <source>There is nothing to recover</source>
        <translation>Não há nada para recuperar</translation>
    </message>
    <message>
        <source>Work that was not saved</source>
        <translation>Trabalho que não foi salvo</translation>
    </message>
</context>
<context>
    <name>Remedies</name>
    <message>
        <source>Another seed</source>
        <translation>Outra semente</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">Cancelar</translation>
    </message>
    <message>
        <source>Get it again…</source>
        <translation>Obter de novo…</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation type="unfinished">Obter…</translation>
    </message>
    <message>
        <source>Half the guidance</source>
        <translation>Metade da orientação</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Localizar…</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation type="unfinished">Modelos…</translation>
    </message>
    <message>
        <source>Offload (2× slower)</source>
        <translation>Descarregar (2× mais lento)</translation>
    </message>
    <message>
        <source>Paint on the processor</source>
        <translation>Pintar no processador</translation>
    </message>
    <message>
        <source>Paint with the Starter</source>
        <translation>Pintar com o Starter</translation>
    </message>
    <message>
        <source>Retry at {side} × {side}</source>
        <translation>Tentar com {side} × {side}</translation>
    </message>
    <message>
        <source>Run anyway</source>
        <translation>Executar assim mesmo</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation type="unfinished">Testar dispositivo</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished">Tentar de novo</translation>
    </message>
    <message>
        <source>Use {side} × {side}</source>
        <translation>Usar {side} × {side}</translation>
    </message>
</context>
<context>
    <name>ReshapeWindow</name>
    <message>
        <source>Apply</source>
        <translation type="unfinished">Aplicar</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>Favourite</source>
        <translation>Favorita</translation>
    </message>
    <message>
        <source>Mark it as a favourite in the gallery (F)</source>
        <translation>Marcar como favorita na galeria (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Misturar</translation>
    </message>
    <message>
        <source>Mix: put it onto the mixing desk</source>
        <translation>Misturar: pôr na mesa de mistura</translation>
    </message>
    <message>
        <source>New pictures like this one, as far away as the panel Vary says</source>
        <translation>Novas imagens como esta, tão distantes quanto diz o painel Variações</translation>
    </message>
    <message>
        <source>Open on canvas</source>
        <translation>Abrir na tela</translation>
    </message>
    <message>
        <source>Open on canvas: put it there as a layer (Enter)</source>
        <translation>Abrir na tela: pôr ali como camada (Enter)</translation>
    </message>
    <message>
        <source>Save a copy of its file</source>
        <translation>Salvar uma cópia do arquivo</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Salvar…</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variações</translation>
    </message>
</context>
<context>
    <name>ResultPanel</name>
    <message>
        <source>Again with these settings</source>
        <translation>De novo com estas configurações</translation>
    </message>
    <message>
        <source>Choose a layer to see how it was made.</source>
        <translation>Escolha uma camada para ver como foi feita.</translation>
    </message>
    <message>
        <source>Colour match</source>
        <translation>Ajuste de cor</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Cores</translation>
    </message>
    <message>
        <source>Enlarges the filled part, or makes it smaller</source>
        <translation>Aumenta a parte preenchida, ou a diminui</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>Suavização</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>Crescer</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>Crescimento da máscara</translation>
    </message>
    <message>
        <source>How far new and old pixels fade together</source>
        <translation>Até onde os pixels novos e antigos se fundem</translation>
    </message>
    <message>
        <source>How far the new pixels take on the colours around them</source>
        <translation>Quanto os novos pixels assumem as cores ao redor deles</translation>
    </message>
    <message>
        <source>Keeps the layer as it looks and forgets what it came from</source>
        <translation>Mantém a camada como parece e esquece de onde veio</translation>
    </message>
    <message>
        <source>Make ordinary</source>
        <translation>Tornar comum</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>Mesclar para baixo</translation>
    </message>
    <message>
        <source>Paints once more by the same words; what you accept takes its place</source>
        <translation>Pinta mais uma vez com as mesmas palavras; o que você aceitar toma o seu lugar</translation>
    </message>
    <message>
        <source>“{name}” fills its frame, so it has no seam.</source>
        <translation>“{name}” enche o quadro, por isso não tem emenda.</translation>
    </message>
    <message>
        <source>“{name}” was filled in; its seam can still be changed.</source>
        <translation>“{name}” foi preenchido; a emenda ainda pode ser mudada.</translation>
    </message>
    <message>
        <source>“{name}” was not made by the engine, so it has no seam.</source>
        <translation>“{name}” não foi feito pelo motor, por isso não tem emenda.</translation>
    </message>
</context>
<context>
    <name>RewordPanel</name>
    <message>
        <source>Another change</source>
        <translation>Outra mudança</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Mudanças</translation>
    </message>
    <message>
        <source>Click a picture to go exactly that far</source>
        <translation>Clique em uma imagem para ir exatamente até ali</translation>
    </message>
    <message>
        <source>Keep the composition</source>
        <translation>Manter a composição</translation>
    </message>
    <message>
        <source>Paint from the picture&apos;s own noise, so that shapes stay where they are</source>
        <translation>Pintar a partir do ruído próprio da imagem, para que as formas fiquem onde estão</translation>
    </message>
    <message>
        <source>Paint the change</source>
        <translation>Pintar a mudança</translation>
    </message>
    <message>
        <source>The picture to reword</source>
        <translation>A imagem a reformular</translation>
    </message>
    <message>
        <source>The picture to reword: click or drop</source>
        <translation>A imagem a reformular: clique ou solte</translation>
    </message>
    <message>
        <source>The way from 0 to 100 per cent</source>
        <translation>O caminho de 0 a 100 por cento</translation>
    </message>
</context>
<context>
    <name>SelectionsWindow</name>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Adicionar</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Excluir</translation>
    </message>
    <message>
        <source>&amp;Intersect</source>
        <translation>&amp;Interseção</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>&amp;Selecionar</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nome</translation>
    </message>
    <message>
        <source>Name of the present selection</source>
        <translation>Nome da seleção atual</translation>
    </message>
    <message>
        <source>S&amp;ubtract</source>
        <translation>S&amp;ubtrair</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>Sal&amp;var</translation>
    </message>
    <message>
        <source>Saved selections</source>
        <translation>Seleções salvas</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>Voltar ao padrão</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Mudar teclas…</translation>
    </message>
    <message>
        <source>Choose {setting}</source>
        <translation>Escolher: {setting}</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Escolher…</translation>
    </message>
    <message>
        <source>Default of {setting}</source>
        <translation>Padrão: {setting}</translation>
    </message>
    <message>
        <source>Takes effect at the next start.</source>
        <translation>Passa a valer no próximo início.</translation>
    </message>
    <message>
        <source>The engine starts anew for it.</source>
        <translation>O motor reinicia para isso.</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">Cancelar</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Encontrar uma configuração</translation>
    </message>
    <message>
        <source>Give the test up</source>
        <translation>Cancelar o teste</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>Nenhuma configuração tem estas palavras.</translation>
    </message>
    <message>
        <source>Pages of settings</source>
        <translation>Páginas de configurações</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Configurações</translation>
    </message>
    <message>
        <source>Start Easel again for what you changed to take effect.</source>
        <translation>Inicie o Easel de novo para que o que você mudou passe a valer.</translation>
    </message>
    <message>
        <source>What the test has shown</source>
        <translation>O que o teste mostrou</translation>
    </message>
</context>
<context>
    <name>SourceMenu</name>
    <message>
        <source>Choose a picture</source>
        <translation>Escolher uma imagem</translation>
    </message>
    <message>
        <source>From the cli&amp;pboard</source>
        <translation>Da área de trans&amp;ferência</translation>
    </message>
    <message>
        <source>Picture fil&amp;e…</source>
        <translation>&amp;Arquivo de imagem…</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Imagens</translation>
    </message>
    <message>
        <source>The &amp;layer in use</source>
        <translation>A &amp;camada em uso</translation>
    </message>
    <message>
        <source>The picture &amp;chosen in the tray</source>
        <translation>A imagem &amp;escolhida na bandeja</translation>
    </message>
    <message>
        <source>What the &amp;frame shows</source>
        <translation>O que o &amp;quadro mostra</translation>
    </message>
</context>
<context>
    <name>SourceWell</name>
    <message>
        <source>Drop a picture here, or click to choose one</source>
        <translation>Solte uma imagem aqui, ou clique para escolher uma</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>vazio</translation>
    </message>
</context>
<context>
    <name>Sources</name>
    <message>
        <source>A result</source>
        <translation>Um resultado</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>Nenhuma imagem está escolhida; clique antes em uma na bandeja.</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagem colada</translation>
    </message>
    <message>
        <source>The frame</source>
        <translation>O quadro</translation>
    </message>
    <message>
        <source>The frame is empty; move it over a picture first.</source>
        <translation>O quadro está vazio; mova-o antes sobre uma imagem.</translation>
    </message>
    <message>
        <source>There is neither a picture nor a text on the clipboard; copy one first.</source>
        <translation>Não há imagem nem texto na área de transferência; copie algo antes.</translation>
    </message>
    <message>
        <source>There is nothing on this layer; choose one with a picture.</source>
        <translation>Não há nada nesta camada; escolha uma com uma imagem.</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Choose or download a model</source>
        <translation>Escolher ou baixar um modelo</translation>
    </message>
    <message>
        <source>Device and network</source>
        <translation>Dispositivo e rede</translation>
    </message>
    <message>
        <source>Model in use: {title}</source>
        <translation>Modelo em uso: {title}</translation>
    </message>
    <message>
        <source>Pointer, in pixels of the picture</source>
        <translation>Ponteiro, em pixels da imagem</translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished">Buscar</translation>
    </message>
    <message>
        <source>Size of the frame</source>
        <translation>Tamanho do quadro</translation>
    </message>
    <message>
        <source>What the model is too weak for here</source>
        <translation>Para que o modelo é fraco aqui</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>computing… {percent:.0f} % · Esc gives up</source>
        <translation>calculando… {percent:.0f}% · Esc desiste</translation>
    </message>
    <message>
        <source>frame {width} × {height}</source>
        <translation>quadro {width} × {height}</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>sem conexão</translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished">pronto</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>iniciando…</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>parado</translation>
    </message>
</context>
<context>
    <name>ToolOptionsPanel</name>
    <message>
        <source>Colour; click to choose another one</source>
        <translation>Cor; clique para escolher outra</translation>
    </message>
    <message>
        <source>Options of the tool</source>
        <translation>Opções da ferramenta</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>Segunda cor; clique para pintar com ela</translation>
    </message>
</context>
<context>
    <name>Tries</name>
    <message>
        <source>A panorama</source>
        <translation>Um panorama</translation>
    </message>
    <message>
        <source>Choose how far the picture shall reach. Its frames are painted one after the other; Cancel stops, and what is painted stays.</source>
        <translation>Escolha até onde a imagem deve ir. Os quadros são pintados um após o outro; Cancelar para, e o que está pintado fica.</translation>
    </message>
    <message>
        <source>Drag the point on the pad from one idea to the other, look at the preview, and press Paint the mix.</source>
        <translation>Arraste o ponto no plano de uma ideia à outra, olhe a prévia e pressione Pintar a mistura.</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation>Apagar e descrever</translation>
    </message>
    <message>
        <source>From summer to autumn</source>
        <translation>Do verão ao outono</translation>
    </message>
    <message>
        <source>Mix two ideas</source>
        <translation>Misturar duas ideias</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation>Além da borda</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture, and what is empty is painted. Press Extend; drag the frame elsewhere and do it again.</source>
        <translation>O quadro passa da imagem, e o que está vazio é pintado. Pressione Estender; arraste o quadro para outro lugar e faça de novo.</translation>
    </message>
    <message>
        <source>The middle of the apple is masked. Press Fill, choose a picture in the tray and press Enter. The brush paints the mask (Q), the eraser takes it away.</source>
        <translation>O meio da maçã está mascarado. Pressione Preencher, escolha uma imagem na bandeja e tecle Enter. O pincel pinta a máscara (Q), a borracha a tira.</translation>
    </message>
    <message>
        <source>The strip shows the way in five pictures. Click one of them, or move the slider, and paint it.</source>
        <translation>A tira mostra o caminho em cinco imagens. Clique em uma delas, ou mova o controle, e pinte-a.</translation>
    </message>
</context>
<context>
    <name>TryTile</name>
    <message>
        <source>Try it: {title}</source>
        <translation>Experimentar: {title}</translation>
    </message>
</context>
<context>
    <name>VariationsPanel</name>
    <message>
        <source>0 keeps the idea, 100 goes as far as another one</source>
        <translation>0 mantém a ideia, 100 vai tão longe quanto outra</translation>
    </message>
    <message>
        <source>0 keeps where things are, 100 puts them anywhere</source>
        <translation>0 mantém as coisas onde estão, 100 as põe em qualquer lugar</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Tudo</translation>
    </message>
    <message>
        <source>All of it</source>
        <translation>Tudo inteiro</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>Escolhida</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation>Ampliar</translation>
    </message>
    <message>
        <source>How far the composition may drift</source>
        <translation>Quanto a composição pode se desviar</translation>
    </message>
    <message>
        <source>How far the meaning may drift</source>
        <translation>Quanto o significado pode se desviar</translation>
    </message>
    <message>
        <source>Keep the composition, change the meaning</source>
        <translation>Manter a composição, mudar o significado</translation>
    </message>
    <message>
        <source>Keep the meaning, change the composition</source>
        <translation>Manter o significado, mudar a composição</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Camada</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Disposição</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Significado</translation>
    </message>
    <message>
        <source>Variations of</source>
        <translation>Variações de</translation>
    </message>
    <message>
        <source>Variations of: {what}</source>
        <translation>Variações de: {what}</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>Ou experimente um destes, que estão prontos:</translation>
    </message>
    <message>
        <source>What would you like to see?</source>
        <translation>O que você gostaria de ver?</translation>
    </message>
    <message>
        <source>Write it above and press Enter, or drop or paste a picture. Everything is painted on this computer.</source>
        <translation>Escreva acima e pressione Enter, ou solte ou cole uma imagem. Tudo é pintado neste computador.</translation>
    </message>
</context>
<context>
    <name>WordsMenu</name>
    <message>
        <source>&amp;Add to the mix</source>
        <translation>&amp;Adicionar à mistura</translation>
    </message>
    <message>
        <source>&amp;Lead away from it</source>
        <translation>A&amp;fastar-se disso</translation>
    </message>
    <message>
        <source>Looking for words…</source>
        <translation>Procurando palavras…</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words</source>
        <translation>Este modelo não pode comparar imagens com palavras</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>Palavras próximas desta imagem</translation>
    </message>
</context>
<context>
    <name>Workbench</name>
    <message>
        <source>Close without it</source>
        <translation>Fechar sem salvar</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Cor</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Histórico</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>Ideias</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Camadas</translation>
    </message>
    <message>
        <source>Navigator</source>
        <translation>Navegador</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Resultado</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Salvar…</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Ficar</translation>
    </message>
    <message>
        <source>There is no picture to extend yet; paint, open or generate one first.</source>
        <translation>Ainda não há imagem para estender; pinte, abra ou gere uma antes.</translation>
    </message>
    <message>
        <source>This picture was not saved. Closed without it, it can be found for 30 more days under File ▸ Recover.</source>
        <translation>Esta imagem não foi salva. Fechada assim, ela pode ser encontrada por mais 30 dias em Arquivo ▸ Recuperar.</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Ferramenta</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Ferramentas</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variações</translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>&amp;About Easel</source>
        <translation>&amp;Sobre o Easel</translation>
    </message>
    <message>
        <source>&amp;Accept</source>
        <translation>&amp;Aceitar</translation>
    </message>
    <message>
        <source>&amp;All</source>
        <translation>T&amp;udo</translation>
    </message>
    <message>
        <source>&amp;Apply layer mask</source>
        <translation>A&amp;plicar máscara de camada</translation>
    </message>
    <message>
        <source>&amp;Blur…</source>
        <translation>&amp;Desfoque…</translation>
    </message>
    <message>
        <source>&amp;Brush</source>
        <translation>&amp;Pincel</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Cance&amp;lar</translation>
    </message>
    <message>
        <source>&amp;Canvas only</source>
        <translation>Só &amp;a tela</translation>
    </message>
    <message>
        <source>&amp;Clear the mask</source>
        <translation>&amp;Limpar a máscara</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>C&amp;opiar</translation>
    </message>
    <message>
        <source>&amp;Crop</source>
        <translation>&amp;Recorte</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>E&amp;scuro</translation>
    </message>
    <message>
        <source>&amp;Discard</source>
        <translation>&amp;Descartar</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>D&amp;uplicar</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Editar</translation>
    </message>
    <message>
        <source>&amp;Eraser</source>
        <translation>&amp;Borracha</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportar…</translation>
    </message>
    <message>
        <source>&amp;Extend the picture…</source>
        <translation>Es&amp;tender a imagem…</translation>
    </message>
    <message>
        <source>&amp;Favourite</source>
        <translation>&amp;Favorita</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Arquivo</translation>
    </message>
    <message>
        <source>&amp;Fill with the colour</source>
        <translation>&amp;Preencher com a cor</translation>
    </message>
    <message>
        <source>&amp;Film between two ideas</source>
        <translation>&amp;Filme entre duas ideias</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>Aj&amp;ustar</translation>
    </message>
    <message>
        <source>&amp;Frame</source>
        <translation>&amp;Quadro</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>&amp;Gerar</translation>
    </message>
    <message>
        <source>&amp;Group</source>
        <translation>A&amp;grupar</translation>
    </message>
    <message>
        <source>&amp;Grow…</source>
        <translation>&amp;Expandir…</translation>
    </message>
    <message>
        <source>&amp;Guide</source>
        <translation>&amp;Guia</translation>
    </message>
    <message>
        <source>&amp;Hand</source>
        <translation>Mã&amp;o</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>Aj&amp;uda</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>Alto con&amp;traste</translation>
    </message>
    <message>
        <source>&amp;Hue and saturation…</source>
        <translation>Matiz e &amp;saturação…</translation>
    </message>
    <message>
        <source>&amp;Invert</source>
        <translation>&amp;Inverter</translation>
    </message>
    <message>
        <source>&amp;Keep as layer</source>
        <translation>Manter como &amp;camada</translation>
    </message>
    <message>
        <source>&amp;Keys and gestures</source>
        <translation>&amp;Teclas e gestos</translation>
    </message>
    <message>
        <source>&amp;Keys…</source>
        <translation>&amp;Teclas…</translation>
    </message>
    <message>
        <source>&amp;Layer</source>
        <translation>&amp;Camada</translation>
    </message>
    <message>
        <source>&amp;Levels…</source>
        <translation>Ní&amp;veis…</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Claro</translation>
    </message>
    <message>
        <source>&amp;Mask the selection</source>
        <translation>&amp;Mascarar a seleção</translation>
    </message>
    <message>
        <source>&amp;Merge down</source>
        <translation>Mesclar para &amp;baixo</translation>
    </message>
    <message>
        <source>&amp;Mirror</source>
        <translation>Espe&amp;lhar</translation>
    </message>
    <message>
        <source>&amp;Mix</source>
        <translation>&amp;Misturar</translation>
    </message>
    <message>
        <source>&amp;Move</source>
        <translation>Mo&amp;ver</translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation>&amp;Novo</translation>
    </message>
    <message>
        <source>&amp;New layer</source>
        <translation>&amp;Nova camada</translation>
    </message>
    <message>
        <source>&amp;Next picture</source>
        <translation>Pró&amp;xima imagem</translation>
    </message>
    <message>
        <source>&amp;None</source>
        <translation>&amp;Nada</translation>
    </message>
    <message>
        <source>&amp;Not like it</source>
        <translation>&amp;Não como esta</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>A&amp;brir…</translation>
    </message>
    <message>
        <source>&amp;Paint the mask</source>
        <translation>&amp;Pintar a máscara</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>Co&amp;lar</translation>
    </message>
    <message>
        <source>&amp;Pixels of the layer</source>
        <translation>Pi&amp;xels da camada</translation>
    </message>
    <message>
        <source>&amp;Previous picture</source>
        <translation>Imagem a&amp;nterior</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Sair</translation>
    </message>
    <message>
        <source>&amp;Recover…</source>
        <translation>&amp;Recuperar…</translation>
    </message>
    <message>
        <source>&amp;Rectangle and ellipse</source>
        <translation>R&amp;etângulo e elipse</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>R&amp;efazer</translation>
    </message>
    <message>
        <source>&amp;Reject all</source>
        <translation>Re&amp;jeitar todas</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>S&amp;alvar</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>&amp;Selecionar</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>Co&amp;nfigurações…</translation>
    </message>
    <message>
        <source>&amp;Show the gallery</source>
        <translation>Mostrar a &amp;galeria</translation>
    </message>
    <message>
        <source>&amp;Smaller brush</source>
        <translation>P&amp;incel menor</translation>
    </message>
    <message>
        <source>&amp;Soften the rim…</source>
        <translation>Suavi&amp;zar a borda…</translation>
    </message>
    <message>
        <source>&amp;Surprise me</source>
        <translation>&amp;Surpreenda-me</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>Ferra&amp;mentas</translation>
    </message>
    <message>
        <source>&amp;Turn by a quarter</source>
        <translation>Girar um &amp;quarto</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Desfazer</translation>
    </message>
    <message>
        <source>&amp;Ungroup</source>
        <translation>D&amp;esagrupar</translation>
    </message>
    <message>
        <source>&amp;Upright</source>
        <translation>&amp;Endireitar</translation>
    </message>
    <message>
        <source>&amp;Use its settings</source>
        <translation>&amp;Usar suas configurações</translation>
    </message>
    <message>
        <source>&amp;Variations of the chosen picture</source>
        <translation>Variações da &amp;imagem escolhida</translation>
    </message>
    <message>
        <source>&amp;Vary</source>
        <translation>&amp;Variar</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ver</translation>
    </message>
    <message>
        <source>&amp;Wand</source>
        <translation>Varin&amp;ha</translation>
    </message>
    <message>
        <source>&amp;Write the prompt</source>
        <translation>Escrever o &amp;prompt</translation>
    </message>
    <message>
        <source>&amp;Zoom</source>
        <translation>&amp;Zoom</translation>
    </message>
    <message>
        <source>Add layer ma&amp;sk</source>
        <translation>&amp;Adicionar máscara de camada</translation>
    </message>
    <message>
        <source>Around the &amp;picture</source>
        <translation>Ao redor da &amp;imagem</translation>
    </message>
    <message>
        <source>Around the &amp;selection</source>
        <translation>Ao redor da &amp;seleção</translation>
    </message>
    <message>
        <source>Back along what was meant</source>
        <translation>Voltar pelo sentido</translation>
    </message>
    <message>
        <source>Bla&amp;ck on white</source>
        <translation>Dei&amp;xar preto no branco</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>L&amp;impar</translation>
    </message>
    <message>
        <source>Canvas pa&amp;ge</source>
        <translation>&amp;Página Tela</translation>
    </message>
    <message>
        <source>Contact sheet of the mix</source>
        <translation>Folha de contato da mistura</translation>
    </message>
    <message>
        <source>Copy &amp;merged</source>
        <translation>&amp;Copiar mesclado</translation>
    </message>
    <message>
        <source>Create pa&amp;ge</source>
        <translation>Página C&amp;riar</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>&amp;Recortar</translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation>E&amp;xcluir</translation>
    </message>
    <message>
        <source>Dele&amp;te layer mask</source>
        <translation>Excluir máscara de &amp;camada</translation>
    </message>
    <message>
        <source>Enlarge all of it four times</source>
        <translation>Ampliar tudo quatro vezes</translation>
    </message>
    <message>
        <source>Enlarge all of it twice</source>
        <translation>Ampliar tudo duas vezes</translation>
    </message>
    <message>
        <source>Enlarge the layer four times</source>
        <translation>Ampliar a camada quatro vezes</translation>
    </message>
    <message>
        <source>Enlarge the layer twice</source>
        <translation>Ampliar a camada duas vezes</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Eye&amp;dropper</source>
        <translation>&amp;Conta-gotas</translation>
    </message>
    <message>
        <source>F&amp;rame</source>
        <translation>Quadr&amp;o</translation>
    </message>
    <message>
        <source>Fi&amp;ll and gradient</source>
        <translation>Pree&amp;nchimento e degradê</translation>
    </message>
    <message>
        <source>Fill like a picture…</source>
        <translation>Preencher como uma imagem…</translation>
    </message>
    <message>
        <source>Fit the f&amp;rame</source>
        <translation>A&amp;justar o quadro</translation>
    </message>
    <message>
        <source>Fl&amp;ip horizontally</source>
        <translation>Inverter &amp;horizontalmente</translation>
    </message>
    <message>
        <source>Flip verticall&amp;y</source>
        <translation>Inve&amp;rter verticalmente</translation>
    </message>
    <message>
        <source>Follow the &amp;system</source>
        <translation>Seguir o s&amp;istema</translation>
    </message>
    <message>
        <source>Four &amp;more</source>
        <translation>Mais &amp;quatro</translation>
    </message>
    <message>
        <source>Free &amp;transform</source>
        <translation>Trans&amp;formação livre</translation>
    </message>
    <message>
        <source>Galler&amp;y</source>
        <translation>Galer&amp;ia</translation>
    </message>
    <message>
        <source>Harder brus&amp;h</source>
        <translation>Pincel mai&amp;s duro</translation>
    </message>
    <message>
        <source>In&amp;vert the mask</source>
        <translation>In&amp;verter a máscara</translation>
    </message>
    <message>
        <source>L&amp;asso and polygon</source>
        <translation>&amp;Laço e polígono</translation>
    </message>
    <message>
        <source>L&amp;ook at many ideas first</source>
        <translation>Ol&amp;har antes muitas ideias</translation>
    </message>
    <message>
        <source>Lar&amp;ger brush</source>
        <translation>Pincel m&amp;aior</translation>
    </message>
    <message>
        <source>Less o&amp;pacity</source>
        <translation>&amp;Menos opacidade</translation>
    </message>
    <message>
        <source>M&amp;odels…</source>
        <translation>M&amp;odelos…</translation>
    </message>
    <message>
        <source>Make &amp;again</source>
        <translation>Fa&amp;zer de novo</translation>
    </message>
    <message>
        <source>Merge all &amp;visible</source>
        <translation>&amp;Mesclar visíveis</translation>
    </message>
    <message>
        <source>Mi&amp;x ideas</source>
        <translation>Mist&amp;urar ideias</translation>
    </message>
    <message>
        <source>More &amp;like it</source>
        <translation>Mais c&amp;omo esta</translation>
    </message>
    <message>
        <source>More opacit&amp;y</source>
        <translation>Mais opacida&amp;de</translation>
    </message>
    <message>
        <source>New s&amp;eed</source>
        <translation>Nova sem&amp;ente</translation>
    </message>
    <message>
        <source>Open the stack</source>
        <translation>Abrir a pilha</translation>
    </message>
    <message>
        <source>Paint the layer&apos;s mask</source>
        <translation>Pintar a máscara da camada</translation>
    </message>
    <message>
        <source>Paint the layer, not its mask</source>
        <translation>Pintar a camada, não a máscara</translation>
    </message>
    <message>
        <source>Paste &amp;in place</source>
        <translation>Colar no mesmo l&amp;ugar</translation>
    </message>
    <message>
        <source>Put on the &amp;canvas</source>
        <translation>Pôr na te&amp;la</translation>
    </message>
    <message>
        <source>Re&amp;word a picture</source>
        <translation>&amp;Reformular uma imagem</translation>
    </message>
    <message>
        <source>Reset the &amp;panels</source>
        <translation>Restaurar os pai&amp;néis</translation>
    </message>
    <message>
        <source>S&amp;earch</source>
        <translation>&amp;Buscar</translation>
    </message>
    <message>
        <source>S&amp;hrink…</source>
        <translation>Con&amp;trair…</translation>
    </message>
    <message>
        <source>S&amp;ofter brush</source>
        <translation>Pincel mais s&amp;uave</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>Salvar &amp;como…</translation>
    </message>
    <message>
        <source>Save a co&amp;py…</source>
        <translation>Salvar uma có&amp;pia…</translation>
    </message>
    <message>
        <source>Save&amp;d selections…</source>
        <translation>&amp;Seleções salvas…</translation>
    </message>
    <message>
        <source>Select the mas&amp;k</source>
        <translation>Selecionar &amp;a máscara</translation>
    </message>
    <message>
        <source>Sha&amp;rpen…</source>
        <translation>Ni&amp;tidez…</translation>
    </message>
    <message>
        <source>Swap &amp;colours</source>
        <translation>&amp;Trocar as cores</translation>
    </message>
    <message>
        <source>T&amp;urn the view</source>
        <translation>&amp;Girar a vista</translation>
    </message>
    <message>
        <source>The &amp;frame</source>
        <translation>O &amp;quadro</translation>
    </message>
    <message>
        <source>The layer a&amp;gain, with its settings</source>
        <translation>A camada de no&amp;vo, com suas configurações</translation>
    </message>
    <message>
        <source>Try: &amp;erase and describe</source>
        <translation>Experimentar: &amp;apagar e descrever</translation>
    </message>
    <message>
        <source>Try: &amp;mix two ideas</source>
        <translation>Experimentar: &amp;misturar duas ideias</translation>
    </message>
    <message>
        <source>Try: a &amp;panorama</source>
        <translation>Experimentar: um &amp;panorama</translation>
    </message>
    <message>
        <source>Try: from &amp;summer to autumn</source>
        <translation>Experimentar: do &amp;verão ao outono</translation>
    </message>
    <message>
        <source>Try: past the e&amp;dge</source>
        <translation>Experimentar: além da &amp;borda</translation>
    </message>
    <message>
        <source>Turn l&amp;eft</source>
        <translation>&amp;Girar à esquerda</translation>
    </message>
    <message>
        <source>Turn ri&amp;ght</source>
        <translation>Girar à &amp;direita</translation>
    </message>
    <message>
        <source>Variations of all of &amp;it</source>
        <translation>Variações de &amp;tudo</translation>
    </message>
    <message>
        <source>Variations of the &amp;layer</source>
        <translation>Variações da ca&amp;mada</translation>
    </message>
    <message>
        <source>Words near the picture</source>
        <translation>Palavras próximas da imagem</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Apr&amp;oximar</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>A&amp;fastar</translation>
    </message>
</context>
<context>
    <name>drops</name>
    <message>
        <source>Add as a layer</source>
        <translation>Adicionar como camada</translation>
    </message>
    <message>
        <source>Fill like it</source>
        <translation>Preencher assim</translation>
    </message>
    <message>
        <source>Mix with it</source>
        <translation>Misturar com ela</translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation>Usar suas configurações</translation>
    </message>
</context>
<context>
    <name>limits</name>
    <message>
        <source>Between ideas that are far apart the Starter paints smeared frames: for those take a larger model.</source>
        <translation>Entre ideias muito distantes o Starter pinta quadros borrados: para elas use um modelo maior.</translation>
    </message>
    <message>
        <source>The Starter begins things anew here; a larger model completes them</source>
        <translation>O Starter começa as coisas de novo aqui; um modelo maior as completa</translation>
    </message>
    <message>
        <source>The Starter keeps rough shapes; a larger model keeps the drawing</source>
        <translation>O Starter mantém as formas por alto; um modelo maior mantém o desenho</translation>
    </message>
    <message>
        <source>The Starter may cut things off here; a larger model fits them in</source>
        <translation>O Starter pode cortar coisas aqui; um modelo maior as faz caber</translation>
    </message>
    <message>
        <source>The Starter mixes shape and colour. What a larger model adds is the style of one idea on the subject of another.</source>
        <translation>O Starter mistura forma e cor. O que um modelo maior acrescenta é o estilo de uma ideia no motivo de outra.</translation>
    </message>
    <message>
        <source>The Starter only sharpens edges; a larger model adds detail.</source>
        <translation>O Starter só deixa as bordas nítidas; um modelo maior acrescenta detalhes.</translation>
    </message>
    <message>
        <source>The Starter turns colours well, one animal into another roughly, and season, light and style hardly: for those take a larger model.</source>
        <translation>O Starter muda bem as cores, por alto um animal em outro, e quase nada a estação, a luz e o estilo: para isso use um modelo maior.</translation>
    </message>
    <message>
        <source>The Starter varies outline and colour; a larger model pose and view too.</source>
        <translation>O Starter varia contorno e cor; um modelo maior também pose e vista.</translation>
    </message>
    <message>
        <source>The Starter&apos;s ideas for one prompt lie close together, as the numbers say; a larger model has more of them.</source>
        <translation>As ideias do Starter para um mesmo prompt são próximas, como dizem os números; um modelo maior tem mais delas.</translation>
    </message>
</context>
</TS>
